-- status: warn
-- finds: index public.p_x on public.p
-- finds: ATTACH PARTITION
CREATE TABLE p (x int) PARTITION BY RANGE (x);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE INDEX p_x ON ONLY p (x);
