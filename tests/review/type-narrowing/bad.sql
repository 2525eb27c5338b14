-- file: 001_create.sql
CREATE TABLE notes (id bigint PRIMARY KEY, body varchar(4000));
-- file: 002_shorten.sql
ALTER TABLE notes ALTER COLUMN body TYPE varchar(500);
