-- file: 001_base.sql
CREATE TABLE t (id bigint PRIMARY KEY, c text);
-- pgkeel:down
DROP TABLE t;
-- file: 002_change.sql
ALTER TABLE t ADD COLUMN d int;
CREATE INDEX t_c ON t (c);
-- pgkeel:down
DROP INDEX t_c;
ALTER TABLE t DROP COLUMN d;
-- file: 003_checks.sql
ALTER TABLE t ADD CHECK (d > 0);
-- pgkeel:down
ALTER TABLE t DROP CONSTRAINT t_d_check;
