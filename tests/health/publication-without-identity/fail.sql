-- status: fail
-- finds: table public.a is published (p)
CREATE TABLE a (x int);
CREATE PUBLICATION p FOR TABLE a;
