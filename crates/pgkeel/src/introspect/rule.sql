-- Rewrite rules but those that make views.
--? pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'
SELECT 'pg_rewrite'::regclass::oid AS classid, r.oid, 0 AS subid,
       ARRAY[n.nspname::text, c.relname::text] AS table, r.rulename AS name, c.relkind = 'v' AS on_view,
       pg_get_ruledef(r.oid) AS definition, r.ev_enabled::text AS enabled
FROM pg_rewrite r
JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
