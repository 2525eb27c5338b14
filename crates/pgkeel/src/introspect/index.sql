-- Indexes that no constraint owns.
SELECT 'pg_class'::regclass::oid AS classid, i.oid, 0 AS subid,
       c.oid AS table, i.relname AS name, c.relkind = 'm' AS on_view,
       CASE WHEN i.reloptions IS NULL THEN pg_get_indexdef(i.oid) ELSE
           replace(pg_get_indexdef(i.oid), ' WITH (' || (SELECT string_agg(quote_ident(split_part(o, '=', 1)) || '=' ||
               CASE WHEN quote_ident(v) = v THEN v ELSE quote_literal(v) END, ', ' ORDER BY place)
               FROM unnest(i.reloptions) WITH ORDINALITY r (o, place), substr(o, strpos(o, '=') + 1) v) || ')', '') END AS definition,
       coalesce(i.reloptions, '{}') AS options, s.spcname AS tablespace,
       -- Only an expression has a target of its own.
       CASE WHEN x.indexprs IS NOT NULL THEN
           (SELECT json_object_agg(a.attnum::text, a.attstattarget ORDER BY a.attnum) FROM pg_attribute a
            WHERE a.attrelid = i.oid AND a.attstattarget >= 0) END AS statistics,
       x.indisclustered AS clustered, x.indisreplident AS replica_identity,
       CASE WHEN i.relispartition THEN
           (SELECT json_build_object('table', json_build_array(pn.nspname, pt.relname), 'index', p.relname)
            FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent JOIN pg_index px ON px.indexrelid = p.oid
            JOIN pg_class pt ON pt.oid = px.indrelid
            JOIN pg_namespace pn ON pn.oid = pt.relnamespace WHERE h.inhrelid = i.oid) END AS attached_to,
       NOT x.indisvalid AND i.relkind = 'i' AS invalid
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_tablespace s ON s.oid = i.reltablespace
WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x'))
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.objid IN (c.oid, i.oid) AND e.deptype = 'e')
