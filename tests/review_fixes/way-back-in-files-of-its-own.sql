-- file: 001_base.up.sql
CREATE TABLE t (id bigint PRIMARY KEY, c text, d int);
CREATE INDEX t_d ON t (d);
-- file: 001_base.down.sql
DROP TABLE t;
-- file: 002_change.up.sql
ALTER TABLE t ADD COLUMN e int;
CREATE INDEX t_c ON t (c);
DROP INDEX t_d;
CREATE INDEX t_e ON t (e);
-- file: 002_change.down.sql
CREATE INDEX t_d ON t (d);
DROP INDEX t_e;
DROP INDEX t_c;
ALTER TABLE t DROP COLUMN e;
-- file: 003_alone.sql
CREATE INDEX t_id_c ON t (id, c);
-- file: 003_alone.down.sql
DROP INDEX t_id_c;
-- file: 004_two_at_once.sql
ALTER TABLE t ADD COLUMN f int;
CREATE INDEX t_f ON t (f);
CREATE INDEX t_f_id ON t (f, id);
-- file: 004_two_at_once.down.sql
DROP INDEX t_f, t_f_id;
ALTER TABLE t DROP COLUMN f;
