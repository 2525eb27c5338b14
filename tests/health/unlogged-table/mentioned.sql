-- status: pass
-- finds: table public.a is unlogged
CREATE UNLOGGED TABLE a (x int);
