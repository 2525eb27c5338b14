-- file: 001_create.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
COMMENT ON TABLE orders IS 'What customers bought';
-- file: 002_more.sql
-- What customers sent back
CREATE TABLE returns (id bigint PRIMARY KEY);
