-- status: fail
-- finds: foreign key b_x_fkey is not enforced
CREATE TABLE a (x int PRIMARY KEY);
CREATE TABLE b (x int REFERENCES a);
ALTER TABLE b DISABLE TRIGGER ALL;
