-- status: pass
-- finds: table public.a has no primary key
-- finds: its unique index a_x
CREATE TABLE a (x int NOT NULL);
CREATE UNIQUE INDEX a_x ON a (x);
