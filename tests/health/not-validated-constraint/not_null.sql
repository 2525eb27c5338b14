-- since: 18
-- status: warn
-- finds: constraint x_there
CREATE TABLE a (x int);
ALTER TABLE a ADD CONSTRAINT x_there NOT NULL x NOT VALID;
