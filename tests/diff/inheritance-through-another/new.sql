-- no way back: column public.c.b stays declared by its table
CREATE TABLE p (a int);
CREATE TABLE c (b int, x int) INHERITS (p);
CREATE TABLE n1 (a int, b int NOT NULL, x int);
CREATE TABLE n2 (y int) INHERITS (n1);
