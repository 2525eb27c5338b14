-- file: 001_create.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
COMMENT ON TABLE orders IS 'What customers bought';
-- file: 002_more.sql
CREATE TABLE returns (id bigint PRIMARY KEY);
COMMENT ON TABLE returns IS 'What customers sent back';
