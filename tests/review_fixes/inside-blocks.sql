-- file: 001_base.sql
CREATE TABLE t (id bigint PRIMARY KEY, c text, d int);
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE INDEX t_c ON t (c);
-- file: 002_change.sql
DO $$ BEGIN CREATE INDEX i ON t (d); END $$;
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'u') THEN CREATE INDEX u ON t (id, c); END IF;
END $$;
DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES p (id) ON DELETE CASCADE; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN IF false THEN ALTER TABLE t ADD CONSTRAINT never CHECK (d > 0); END IF; END $$;
-- file: 003_alone.sql
DO $$ BEGIN DROP INDEX t_c; END $$;
-- file: 004_alone.sql
DO $$ BEGIN CREATE INDEX j ON t (c, d); END $$;
