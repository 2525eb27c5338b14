-- file: 001_base.sql
CREATE TABLE t (id bigint PRIMARY KEY, c text, d int, e text);
CREATE TABLE u (id bigint PRIMARY KEY, c text);
CREATE INDEX t_c ON t (c);
CREATE INDEX t_d ON t (d);
CREATE INDEX t_e ON t (lower(e));
CREATE INDEX u_c ON u (c);
-- file: 002_change.sql
DROP INDEX t_c;
DROP INDEX t_d;
ALTER TABLE u ADD COLUMN d int;
-- file: 003_next.sql
ALTER TABLE t DROP COLUMN c;
-- file: 004_type.sql
DROP INDEX t_e;
ALTER TABLE t ALTER COLUMN e TYPE int USING 1;
-- file: 005_dynamic.sql
DROP INDEX u_c;
DO $$ BEGIN EXECUTE 'CREATE INDEX u_c ON u (c, id)'; END $$;
