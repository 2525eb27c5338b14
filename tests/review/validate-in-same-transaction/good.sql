-- file: 001_add.sql
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;
-- file: 002_validate.sql
ALTER TABLE orders VALIDATE CONSTRAINT positive;
