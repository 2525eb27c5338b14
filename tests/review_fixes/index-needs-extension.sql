-- by hand: CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist; CREATE EXTENSION btree_gin;
-- file: 001_base.sql
CREATE TABLE t (id bigint PRIMARY KEY, c text, during tsrange);
-- file: 002_alone.sql
CREATE INDEX t_trgm ON t USING gin (c gin_trgm_ops);
-- file: 003_among_others.sql
ALTER TABLE t ADD COLUMN e text;
CREATE INDEX t_gist ON t USING gist (id, during);
-- file: 004_own_words.sql
-- pgkeel: transaction=off
CREATE INDEX CONCURRENTLY t_e ON t USING gin (e gin_trgm_ops, id);
