-- Triggers, but those that constraints and partitions bring.
SELECT 'pg_trigger'::regclass::oid AS classid, g.oid, 0 AS subid,
       ARRAY[n.nspname::text, c.relname::text] AS table, g.tgname AS name, c.relkind = 'v' AS on_view,
       pg_get_triggerdef(g.oid) AS definition, g.tgenabled::text AS enabled,
       coalesce((WITH RECURSIVE clone AS (
                     SELECT h.oid, h.tgrelid, h.tgenabled FROM pg_trigger h WHERE h.tgparentid = g.oid
                     UNION ALL SELECT h.oid, h.tgrelid, h.tgenabled FROM pg_trigger h JOIN clone ON h.tgparentid = clone.oid)
                 SELECT json_object_agg(quote_ident(pn.nspname) || '.' || quote_ident(p.relname), clone.tgenabled)
                 FROM clone JOIN pg_class p ON p.oid = clone.tgrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
                 WHERE clone.tgenabled <> g.tgenabled), '{}') AS partitions
FROM pg_trigger g
JOIN pg_class c ON c.oid = g.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_trigger'::regclass AND e.objid = g.oid AND e.deptype = 'e')
