-- file: 001_create.sql
CREATE TABLE orders (id bigint PRIMARY KEY, quantity int NOT NULL);
-- file: 002_change.sql
ALTER TABLE orders ALTER COLUMN quantity TYPE bigint;
