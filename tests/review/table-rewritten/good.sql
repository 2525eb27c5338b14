-- file: 001_a.sql
CREATE TABLE a (id bigint PRIMARY KEY, n varchar(10));
-- file: 002_b.sql
DO $$ BEGIN EXECUTE 'ALTER ' || 'TABLE a ALTER COLUMN n TYPE varchar(20)'; END $$;
