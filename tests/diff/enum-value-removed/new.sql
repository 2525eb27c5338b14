CREATE TYPE mood AS ENUM ('ok', 'glad');
CREATE TABLE t (m mood DEFAULT 'ok', n mood[]);
CREATE INDEX ON t (m) WHERE m = 'glad'::mood;
CREATE FUNCTION f(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';
