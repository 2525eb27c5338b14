-- file: 001_create.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
-- file: 002_drop.sql
DROP TABLE orders;
-- file: 003_alter.sql
ALTER TABLE orders ADD COLUMN note text;
