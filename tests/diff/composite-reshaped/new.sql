-- plan has: ROW((q).x::bigint, (q).y::text, NULL::integer)::public.pt
-- plan has: ROW((s).b::integer, (s).a::integer)::public.turned
-- plan has: USING NULL::public.inside[]
CREATE TYPE pt AS (x bigint, y text, z integer);
CREATE TYPE turned AS (b integer, a integer);
CREATE TYPE inside AS (b integer, a integer);
CREATE TABLE t (id integer PRIMARY KEY, p pt, q pt NOT NULL, s turned);
CREATE TABLE u (many inside[]);
CREATE VIEW v AS SELECT (q).x, s FROM t;
