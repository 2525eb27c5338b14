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
-- file: 006_renamed.sql
CREATE TABLE v (id bigint PRIMARY KEY, a int, b int, c int);
CREATE INDEX v_a ON v (a) INCLUDE (b);
CREATE INDEX v_c ON v (id) WHERE c > 0;
ALTER TABLE v RENAME COLUMN b TO b2;
ALTER TABLE v RENAME COLUMN c TO c2;
-- file: 007_gone.sql
DROP INDEX v_a;
DROP /* the index v_c */ INDEX v_c;
ALTER TABLE v DROP COLUMN b2;
ALTER TABLE v DROP COLUMN c2;
-- file: 008_marked.sql
ALTER TABLE u ADD COLUMN e int;
DROP /* index */ INDEX u_c;
