CREATE COLLATION cc (provider = icu, locale = 'sv');
CREATE TABLE t (a text COLLATE cc, b varchar(5), PRIMARY KEY (a));
CREATE INDEX i ON t (b COLLATE cc);
CREATE VIEW v AS SELECT a, b COLLATE cc AS bb FROM t;
CREATE DOMAIN d AS text COLLATE cc;
CREATE TYPE ct AS (x text COLLATE cc);
CREATE TABLE u (d d, c ct);
