-- status: fail
-- limits: min_bytes=0
-- finds: of the rows of public.a
CREATE TABLE a (x int) WITH (autovacuum_enabled = off);
INSERT INTO a SELECT generate_series(1, 100);
UPDATE a SET x = x + 1;
