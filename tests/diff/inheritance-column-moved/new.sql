-- plan has: UPDATE public.c SET e = e_pgkeel_old
CREATE TABLE p (a int, e int);
CREATE TABLE c () INHERITS (p);
ALTER TABLE c ALTER e SET DEFAULT 3;
CREATE INDEX c_e ON c (e);
CREATE VIEW v AS SELECT e FROM c;
