-- file: 001_create.sql
CREATE TABLE insights (id bigint PRIMARY KEY, scope varchar(10) NOT NULL CHECK (scope IN ('form', 'schema')));
-- file: 002_scope.sql
ALTER TABLE insights DROP CONSTRAINT insights_scope_check;
ALTER TABLE insights ADD CONSTRAINT insights_scope_check CHECK (scope IN ('form', 'semantic')) NOT VALID;
