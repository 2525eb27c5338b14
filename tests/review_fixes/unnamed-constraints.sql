-- file: 001_base.sql
CREATE SCHEMA app;
CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE t (id bigint PRIMARY KEY, a int, b int CHECK (b > 0), c text);
CREATE TABLE app.u (id bigint PRIMARY KEY, a int);
CREATE TABLE a_table_whose_name_is_very_long_indeed_and_nearly_full (a_column_with_a_long_name_too int);
-- file: 002_change.sql
ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES p (a, b) ON DELETE CASCADE;
ALTER TABLE t ADD CHECK (b < 100);
ALTER TABLE t ADD CHECK (a > 0 AND a < 10);
ALTER TABLE t ADD CHECK (a > b);
ALTER TABLE t ADD CHECK (true);
ALTER TABLE a_table_whose_name_is_very_long_indeed_and_nearly_full ADD CHECK (a_column_with_a_long_name_too > 0);
SET search_path = app;
ALTER TABLE u ADD CHECK (a > 0);
