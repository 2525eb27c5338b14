-- file: 001_create.sql
CREATE TABLE orders (number bigint);
-- file: 002_index.sql
-- pgkeel: transaction=off
CREATE UNIQUE INDEX CONCURRENTLY orders_number_idx ON orders (number);
-- file: 003_key.sql
ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_number_idx;
