-- status: warn
-- finds: does the same as
CREATE TABLE a (y text, x int);
CREATE INDEX a_y1 ON a (lower(y));
CREATE INDEX a_y2 ON a (  (lower(y))  );
