-- plan has: ALTER COLUMN name TYPE character varying(5);
-- plan has: ALTER COLUMN arr TYPE character varying(2)[];
-- plan has: ALTER COLUMN c TYPE public.code;
-- plan has: ALTER COLUMN cs TYPE public.code[];
-- plan has: ROW((p).a, (p).b::integer, NULL::integer)::text::public.pair
-- plan has: -- loses the digits after the point of column public.t.price
-- plan has: -- loses the time of day of column public.t.at
-- plan has: -- fails when a value of column public.t.name is longer than 5 characters
-- plan lacks: loses the characters
CREATE DOMAIN code AS varchar(3);
CREATE TYPE pair AS (a varchar(3), b integer, c integer);
CREATE TABLE t (
    name varchar(5), price numeric(6,0), at date, f integer, txt varchar(3), arr varchar(2)[],
    tz timestamp(0), iv interval day, b bit varying(3), c code, cs code[], p pair
);
