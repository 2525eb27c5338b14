-- file: 001_create.sql
CREATE TABLE orders (id bigint PRIMARY KEY, shop int, number int, UNIQUE (shop, number), note text);
-- file: 002_drop.sql
ALTER TABLE orders DROP COLUMN note;
