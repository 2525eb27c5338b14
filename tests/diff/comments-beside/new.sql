-- plan lacks: of the row type
CREATE TABLE t (a int);
COMMENT ON TABLE t IS 'of the table';
COMMENT ON TYPE t IS 'of the row type';
CREATE TYPE r AS RANGE (subtype = int);
COMMENT ON TYPE r IS 'of the range';
COMMENT ON TYPE r_multirange IS 'not of the row type';
COMMENT ON FUNCTION r(int, int) IS 'nor of the row type';
CREATE TYPE c AS (x int);
COMMENT ON TYPE c IS 'of the type';
COMMENT ON COLUMN c.x IS 'of the attribute';
