-- file: 001_create.sql
CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(20), price numeric(10, 2));
-- file: 002_change.sql
ALTER TABLE orders ALTER COLUMN code TYPE varchar(40);
ALTER TABLE orders ALTER COLUMN code TYPE text;
ALTER TABLE orders ALTER COLUMN price TYPE numeric(14, 2);
