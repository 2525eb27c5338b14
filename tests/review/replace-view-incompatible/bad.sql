-- file: 001_a.sql
CREATE TABLE a (id bigint PRIMARY KEY, n int, s text);
CREATE VIEW v AS SELECT id, n FROM a;
-- file: 002_b.sql
CREATE OR REPLACE VIEW v AS SELECT id, s, n FROM a;
