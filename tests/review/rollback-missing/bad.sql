-- file: 001_a.sql
CREATE TABLE a (id bigint PRIMARY KEY);
-- pgkeel:down
DROP TABLE a;
-- file: 002_b.sql
CREATE TABLE b (id bigint PRIMARY KEY);
