-- status: warn
-- finds: public.b.x is integer, but references public.a.x of type bigint
CREATE TABLE a (x bigint PRIMARY KEY);
CREATE TABLE b (x int REFERENCES a);
