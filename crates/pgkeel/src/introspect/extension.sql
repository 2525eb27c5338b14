-- Installed extensions.
SELECT 'pg_extension'::regclass::oid AS classid, e.oid, 0 AS subid,
       e.extname AS name, n.nspname AS namespace, e.extversion AS version,
       e.extversion IS NOT DISTINCT FROM (SELECT a.default_version FROM pg_available_extensions a WHERE a.name = e.extname)
         AS default_version, e.extrelocatable AS relocatable
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
