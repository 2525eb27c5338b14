-- file: 001_create.sql
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE INDEX users_name_idx ON users (name);
-- file: 002_change.sql
ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "C";
