-- file: 001_add.sql
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
-- file: 002_check.sql
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;
-- file: 003_more.sql
ALTER TABLE orders ADD COLUMN note text;
