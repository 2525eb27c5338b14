CREATE TYPE st AS ENUM ('a');
CREATE DOMAIN da AS st[];
CREATE TYPE c AS (s st, n int);
CREATE TABLE t (x da, y c);
CREATE TABLE p (s st, n int) PARTITION BY LIST (s);
CREATE TABLE p_a PARTITION OF p FOR VALUES IN ('a');
INSERT INTO p VALUES ('a', 1);
CREATE TYPE other AS ENUM ('a');
CREATE FUNCTION f(x other) RETURNS other LANGUAGE sql AS $$SELECT 'a'::public.other$$;
