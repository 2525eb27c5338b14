-- status: warn
-- limits: min_rows=1
-- finds: ANALYZE public.a;
CREATE TABLE a (x int) WITH (autovacuum_enabled = off);
INSERT INTO a VALUES (1);
