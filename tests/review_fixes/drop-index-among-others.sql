-- file: 001_base.sql
CREATE SCHEMA app;
CREATE TABLE t (id bigint PRIMARY KEY, c text, d int, e int, f int);
CREATE TABLE u (id bigint PRIMARY KEY, c text);
CREATE TABLE parts (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE app.v (id bigint, c text);
CREATE INDEX t_c ON t (c);
CREATE INDEX t_d ON t (d);
CREATE INDEX t_e ON t (e);
CREATE INDEX t_f ON t (f);
CREATE UNIQUE INDEX t_de ON t (d, e);
CREATE UNIQUE INDEX u_c ON u (c);
CREATE INDEX parts_at ON parts (at);
CREATE INDEX v_c ON app.v (c);
CREATE INDEX v_id ON app.v (id);
-- file: 002_simple.sql
ALTER TABLE u ADD COLUMN d int;
DROP INDEX t_c;
-- file: 003_replaced.sql
DROP INDEX t_d;
CREATE INDEX t_d2 ON t (d, id);
-- file: 004_same_name_again.sql
DROP INDEX t_e;
CREATE INDEX t_e ON t (e, d);
ALTER TABLE u ADD COLUMN e int;
-- file: 005_rows_that_it_forbids.sql
DROP INDEX u_c;
INSERT INTO u (id, c) VALUES (1, 'a'), (2, 'a');
-- file: 006_many.sql
DROP INDEX IF EXISTS t_de, not_there;
ALTER TABLE u ADD COLUMN f int;
-- file: 007_partitioned.sql
DROP INDEX parts_at;
ALTER TABLE u ADD COLUMN g int;
-- file: 008_cascade.sql
DROP INDEX t_f CASCADE;
-- file: 009_path.sql
SET search_path = app;
DROP INDEX v_c, v_id;
ALTER TABLE v ADD COLUMN d int;
