CREATE FUNCTION public.handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE TRUSTED LANGUAGE mine HANDLER public.handler;
CREATE LANGUAGE grown HANDLER public.handler;
CREATE FUNCTION public.kept(integer) RETURNS integer LANGUAGE mine AS 'BEGIN RETURN 3 * $1; END';
