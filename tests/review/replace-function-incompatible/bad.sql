-- file: 001_create.sql
CREATE FUNCTION total(id bigint) RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- file: 002_replace.sql
CREATE OR REPLACE FUNCTION total(id bigint) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
