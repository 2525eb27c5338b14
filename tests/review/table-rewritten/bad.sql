-- file: 001_a.sql
CREATE TABLE a (id bigint PRIMARY KEY, n int);
-- file: 002_b.sql
DO $$ BEGIN EXECUTE 'ALTER ' || 'TABLE a ALTER COLUMN n TYPE bigint'; END $$;
