-- file: 001_create.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
-- file: 002_more.sql
ALTER TABLE orders ADD COLUMN note text;
