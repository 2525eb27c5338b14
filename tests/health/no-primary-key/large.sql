-- status: warn
-- limits: warn_rows=0
-- finds: table public.a has no primary key
CREATE TABLE a (x int);
