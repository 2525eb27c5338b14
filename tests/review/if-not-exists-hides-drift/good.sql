-- file: 001_create.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
-- file: 002_again.sql
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;
