CREATE TABLE t (id int, c int);
GRANT SELECT ON t TO diff_owner, diff_writer;
GRANT SELECT (c) ON t TO diff_writer;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
GRANT EXECUTE ON FUNCTION f() TO diff_writer;
CREATE SCHEMA s;
GRANT USAGE ON SCHEMA s TO diff_reader;
