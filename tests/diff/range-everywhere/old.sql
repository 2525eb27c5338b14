CREATE TYPE fr AS RANGE (SUBTYPE = float8);
CREATE FUNCTION f(fr) RETURNS fr LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE t (id int, r fr DEFAULT '[1,2)'::fr, rs fr[], m fr_multirange, CHECK (NOT isempty(r)));
INSERT INTO t VALUES (1, '[1,3)', ARRAY['[1,3)'::fr]);
CREATE INDEX i ON t USING gist (r);
CREATE VIEW v AS SELECT id, r FROM t WHERE r @> 1.5::float8;
CREATE DOMAIN dr AS fr CHECK (NOT isempty(VALUE));
CREATE TYPE cr AS (r fr);
ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&);
