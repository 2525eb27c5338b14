-- status: warn
-- limits: min_bytes=0 min_days=0
-- finds: index public.a_y on public.a
CREATE TABLE a (x int PRIMARY KEY, y int);
CREATE INDEX a_y ON a (y);
