-- status: skipped
-- limits: min_bytes=0
-- finds: 30 are needed
CREATE TABLE a (x int PRIMARY KEY, y int);
CREATE INDEX a_y ON a (y);
