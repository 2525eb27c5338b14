CREATE DOMAIN code AS text;
CREATE TYPE pair AS (a text, b numeric(10,2));
CREATE TABLE t (
    name varchar(20), price numeric(10,2), at timestamptz, f double precision, txt text, arr text[],
    tz timestamp(6), iv interval, b bit varying(10), c code, cs code[], p pair
);
INSERT INTO t VALUES ('Alex', 19.99, '2024-01-01 12:34:56+00', 3.7, 'abc', '{ab}', '2024-01-01 12:34:56', '1 day', B'101', 'x', '{y}', ROW('a', 1.5));
