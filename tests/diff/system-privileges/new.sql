CREATE EXTENSION hstore;
GRANT SELECT (rolname, rolsuper) ON pg_catalog.pg_authid TO diff_reader;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_waldir() TO diff_reader WITH GRANT OPTION;
REVOKE SELECT ON pg_catalog.pg_tables FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION public.hstore(text, text) FROM PUBLIC;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO diff_writer;
REVOKE USAGE ON TYPE public.hstore FROM PUBLIC;
