-- status: warn
-- finds: index public.a_y2
-- finds: does the same as public.a_y1
CREATE TABLE a (x int, y int);
CREATE INDEX a_y1 ON a (y);
CREATE INDEX a_y2 ON a (y);
