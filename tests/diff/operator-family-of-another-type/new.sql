-- The loose members of a family that stays go before their type does, and come after the next one.
CREATE TYPE grade;
CREATE FUNCTION rank_in(cstring) RETURNS grade LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION rank_out(grade) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE grade (INPUT = rank_in, OUTPUT = rank_out, LIKE = integer);
CREATE FUNCTION rank_less(grade, grade) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4lt';
CREATE FUNCTION rank_compare(grade, grade) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE OPERATOR < (LEFTARG = grade, RIGHTARG = grade, FUNCTION = rank_less);
CREATE OPERATOR FAMILY ranks USING btree;
ALTER OPERATOR FAMILY ranks USING btree ADD OPERATOR 1 < (grade, grade), FUNCTION 1 (grade, grade) rank_compare(grade, grade);
