CREATE FUNCTION td(a time, b time) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT extract(epoch from ($1-$2))::float8';
CREATE TYPE tr AS RANGE (subtype=time, subtype_diff=td);
CREATE TABLE t (a tr, b tr[], EXCLUDE USING gist (a WITH &&));
CREATE INDEX ti ON t USING gist (a);
INSERT INTO t VALUES ('[10:00,11:00)', '{}');
