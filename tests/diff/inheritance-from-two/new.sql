-- plan has: ALTER TABLE public.p2 DROP COLUMN a
CREATE TABLE p1 (a int, b int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE p2 (c int);
CREATE TABLE c (x int) INHERITS (p1, p2);
CREATE TABLE g (y int) INHERITS (c);
