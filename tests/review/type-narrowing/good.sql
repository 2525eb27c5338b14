-- file: 001_create.sql
CREATE TABLE notes (id bigint PRIMARY KEY, body varchar(500));
-- file: 002_widen.sql
ALTER TABLE notes ALTER COLUMN body TYPE varchar(4000);
