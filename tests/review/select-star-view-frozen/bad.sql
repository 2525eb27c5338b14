-- file: 001_create.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE VIEW all_orders AS SELECT * FROM orders;
-- file: 002_add.sql
ALTER TABLE orders ADD COLUMN note text;
