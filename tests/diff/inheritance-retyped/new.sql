CREATE TABLE p (a bigint, b text, g bigint GENERATED ALWAYS AS (a * 3) STORED);
CREATE TABLE c (a bigint, x int) INHERITS (p);
CREATE VIEW v AS SELECT a FROM c;
CREATE TABLE c2 () INHERITS (c);
