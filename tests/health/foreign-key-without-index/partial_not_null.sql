-- status: pass
-- limits: warn_rows=0
CREATE TABLE a (x int PRIMARY KEY);
CREATE TABLE b (x int REFERENCES a);
CREATE INDEX b_x ON b (x) WHERE x IS NOT NULL;
