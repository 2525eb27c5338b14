-- Triggers, but those that constraints and partitions bring.
--? pg_trigger WHERE NOT tgisinternal AND tgparentid = 0
WITH RECURSIVE clone (origin, oid, relation, enabled) AS (
    SELECT g.oid, h.oid, h.tgrelid, h.tgenabled FROM pg_trigger h JOIN pg_trigger g ON g.oid = h.tgparentid
    WHERE h.tgparentid <> 0 AND NOT g.tgisinternal AND g.tgparentid = 0
    UNION ALL
    SELECT clone.origin, h.oid, h.tgrelid, h.tgenabled FROM clone JOIN pg_trigger h ON h.tgparentid = clone.oid AND h.tgparentid <> 0
)
SELECT 'pg_trigger'::regclass::oid AS classid, g.oid, 0 AS subid,
       ARRAY[n.nspname::text, c.relname::text] AS table, g.tgname AS name, c.relkind = 'v' AS on_view,
       pg_get_triggerdef(g.oid) AS definition, g.tgenabled::text AS enabled,
       CASE WHEN c.relkind = 'p' THEN
           (SELECT json_object_agg(quote_ident(pn.nspname) || '.' || quote_ident(p.relname), clone.enabled)
            FROM clone JOIN pg_class p ON p.oid = clone.relation JOIN pg_namespace pn ON pn.oid = p.relnamespace
            WHERE clone.origin = g.oid AND clone.enabled <> g.tgenabled) END AS partitions
FROM pg_trigger g
JOIN pg_class c ON c.oid = g.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_trigger'::regclass AND e.objid = g.oid AND e.deptype = 'e')
