-- status: pass
-- finds: CREATE INDEX CONCURRENTLY ON public.b (x);
CREATE TABLE a (x int PRIMARY KEY);
CREATE TABLE b (x int REFERENCES a);
