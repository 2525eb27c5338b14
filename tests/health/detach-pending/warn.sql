-- status: warn
-- finds: ALTER TABLE public.p DETACH PARTITION public.p1 FINALIZE;
CREATE TABLE p (x int) PARTITION BY RANGE (x);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = 'p1'::regclass;
