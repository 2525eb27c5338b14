-- status: pass
-- finds: index public.a_x
-- finds: is the beginning of public.a_xy
CREATE TABLE a (x int, y int);
CREATE INDEX a_x ON a (x);
CREATE INDEX a_xy ON a (x, y);
