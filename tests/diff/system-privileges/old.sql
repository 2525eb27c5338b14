CREATE EXTENSION hstore;
REVOKE SELECT (rolname) ON pg_catalog.pg_authid FROM diff_reader;
GRANT SELECT ON pg_catalog.pg_authid TO diff_reader;
GRANT EXECUTE ON FUNCTION public.hstore(text, text) TO diff_reader;
