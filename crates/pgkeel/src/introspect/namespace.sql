-- Namespaces but the system's.
SELECT 'pg_namespace'::regclass::oid AS classid, n.oid, 0 AS subid, n.nspname AS name
FROM pg_namespace n
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e')
