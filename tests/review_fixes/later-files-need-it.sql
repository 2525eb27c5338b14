-- file: 001_base.sql
CREATE TABLE t (id bigint PRIMARY KEY, c text, d int, e int);
CREATE TABLE p (id bigint PRIMARY KEY, c text NOT NULL);
-- file: 002_change.sql
ALTER TABLE t ADD COLUMN f int;
CREATE INDEX t_d ON t (d);
CREATE UNIQUE INDEX p_c ON p (c);
CREATE INDEX t_e ON t (e);
ALTER TABLE t ADD CONSTRAINT positive CHECK (e > 0);
ALTER TABLE p ADD CHECK (id > 0), ADD CHECK (id < 100);
-- file: 003_next.sql
ALTER TABLE t DROP COLUMN d;
ALTER TABLE p ADD CONSTRAINT p_c UNIQUE USING INDEX p_c;
ALTER TABLE t DROP CONSTRAINT positive;
-- file: 004_last.sql
DROP INDEX t_e;
ALTER TABLE p RENAME TO q;
