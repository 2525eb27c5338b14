-- file: 001_create.sql
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE FUNCTION revenue() RETURNS numeric LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT 1); SELECT sum(total) FROM orders; END $$;
-- file: 002_drop.sql
ALTER TABLE orders DROP COLUMN total;
