-- status: warn
-- finds: rows of public.p are in its DEFAULT partition public.p_rest
CREATE TABLE p (x int) PARTITION BY RANGE (x);
CREATE TABLE p_rest PARTITION OF p DEFAULT;
INSERT INTO p VALUES (1), (2);
ANALYZE p_rest;
