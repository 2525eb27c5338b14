-- file: 001_create.sql
CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- file: 002_check.sql
ALTER TABLE users ADD CONSTRAINT users_email_set CHECK (email IS NOT NULL) NOT VALID;
-- file: 003_validate.sql
ALTER TABLE users VALIDATE CONSTRAINT users_email_set;
-- file: 004_not_null.sql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
