-- plan has: ALTER TYPE public.other ADD VALUE 'b'
-- plan lacks: ALTER TYPE public.st ADD VALUE
CREATE TYPE st AS ENUM ('a','b');
CREATE DOMAIN da AS st[] DEFAULT '{b}';
CREATE TYPE c AS (s st, n int);
CREATE TABLE t (x da, y c DEFAULT '(b,1)');
CREATE TABLE p (s st, n int) PARTITION BY LIST (s);
CREATE TABLE p_a PARTITION OF p FOR VALUES IN ('a');
CREATE TABLE p_b PARTITION OF p FOR VALUES IN ('b');
CREATE TYPE other AS ENUM ('a','b');
CREATE FUNCTION f(x other) RETURNS other LANGUAGE sql AS $$SELECT 'b'::public.other$$;
