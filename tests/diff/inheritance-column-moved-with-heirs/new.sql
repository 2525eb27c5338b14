-- plan has: UPDATE public.c SET e = e_pgkeel_old
CREATE TABLE p (a int, e int);
CREATE TABLE c () INHERITS (p);
CREATE TABLE g () INHERITS (c);
