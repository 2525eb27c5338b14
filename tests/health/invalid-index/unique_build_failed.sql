-- status: fail
-- finds: index public.a_x on public.a is not
-- finds: REINDEX INDEX CONCURRENTLY public.a_x;
CREATE TABLE a (x int);
INSERT INTO a VALUES (1), (1);
\set ON_ERROR_STOP 0
CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x);
