-- status: warn
-- finds: does the same as
CREATE TABLE a (y int);
CREATE INDEX a_y1 ON a (y);
CREATE INDEX a_y2 ON a (y DESC);
