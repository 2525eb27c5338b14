-- Indexes that no constraint owns.
SELECT 'pg_class'::regclass::oid AS classid, i.oid, 0 AS subid,
       ARRAY[n.nspname::text, c.relname::text] AS table, i.relname AS name, c.relkind = 'm' AS on_view,
       replace(pg_get_indexdef(i.oid), coalesce(' WITH (' || (SELECT string_agg(quote_ident(split_part(o, '=', 1)) || '=' ||
           CASE WHEN quote_ident(v) = v THEN v ELSE quote_literal(v) END, ', ' ORDER BY place)
           FROM unnest(i.reloptions) WITH ORDINALITY r (o, place), substr(o, strpos(o, '=') + 1) v) || ')', ''), '') AS definition, coalesce(i.reloptions, '{}') AS options, s.spcname AS tablespace,
       coalesce((SELECT json_object_agg(a.attnum::text, a.attstattarget ORDER BY a.attnum) FROM pg_attribute a
                 WHERE a.attrelid = i.oid AND a.attstattarget >= 0), '{}') AS statistics,
       x.indisclustered AS clustered, x.indisreplident AS replica_identity,
       (SELECT json_build_object('table', json_build_array(pn.nspname, pt.relname), 'index', p.relname)
        FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent JOIN pg_index px ON px.indexrelid = p.oid
        JOIN pg_class pt ON pt.oid = px.indrelid
        JOIN pg_namespace pn ON pn.oid = pt.relnamespace WHERE h.inhrelid = i.oid) AS attached_to,
       NOT x.indisvalid AND i.relkind = 'i' AS invalid
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_tablespace s ON s.oid = i.reltablespace
WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x'))
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = i.oid AND e.deptype = 'e')
