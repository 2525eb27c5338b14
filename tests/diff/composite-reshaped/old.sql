CREATE TYPE pt AS (x integer, y text, gone integer);
CREATE TYPE turned AS (a integer, b integer);
CREATE TYPE inside AS (a integer, b integer);
CREATE TABLE t (id integer PRIMARY KEY, p pt, q pt NOT NULL, s turned);
CREATE TABLE u (many inside[]);
INSERT INTO t VALUES (1, NULL, ROW(1, 'y, "z"', 3), ROW(1, 2));
INSERT INTO u VALUES (ARRAY[ROW(1, 2)::inside]);
CREATE VIEW v AS SELECT (q).x, s FROM t;
