CREATE TYPE place;
CREATE FUNCTION rank_in(cstring) RETURNS place LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION rank_out(place) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE place (INPUT = rank_in, OUTPUT = rank_out, LIKE = integer);
CREATE FUNCTION rank_less(place, place) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4lt';
CREATE FUNCTION rank_compare(place, place) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE OPERATOR < (LEFTARG = place, RIGHTARG = place, FUNCTION = rank_less);
CREATE OPERATOR FAMILY ranks USING btree;
ALTER OPERATOR FAMILY ranks USING btree ADD OPERATOR 1 < (place, place), FUNCTION 1 (place, place) rank_compare(place, place);
