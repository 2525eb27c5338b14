-- plan has: CREATE OR REPLACE TRUSTED LANGUAGE mine
-- plan lacks: DROP LANGUAGE mine
CREATE FUNCTION public.handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION public.inline(internal) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION public.validator(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE mine HANDLER public.handler INLINE public.inline VALIDATOR public.validator;
CREATE TRUSTED LANGUAGE grown HANDLER public.handler;
GRANT USAGE ON LANGUAGE grown TO diff_reader;
CREATE FUNCTION public.kept(integer) RETURNS integer LANGUAGE mine AS 'BEGIN RETURN 3 * $1; END';
COMMENT ON LANGUAGE mine IS 'PL/pgSQL by another name';
ALTER LANGUAGE mine OWNER TO diff_owner;
REVOKE USAGE ON LANGUAGE mine FROM PUBLIC;
GRANT USAGE ON LANGUAGE mine TO diff_reader;
CREATE FUNCTION public.twice(integer) RETURNS integer LANGUAGE mine AS 'BEGIN RETURN 2 * $1; END';
