-- Constraints of tables but foreign keys and NOT NULL.
SELECT 'pg_constraint'::regclass::oid AS classid, k.oid, 0 AS subid,
       c.oid AS table, k.conname AS name, k.contype::text AS type,
       -- Only of an exclusion constraint does it write the options of the index.
       CASE WHEN k.contype = 'x' AND i.reloptions IS NOT NULL THEN
           replace(pg_get_constraintdef(k.oid), ' WITH (' || (SELECT string_agg(quote_ident(split_part(o, '=', 1)) || '=' ||
               CASE WHEN quote_ident(v) = v THEN v ELSE quote_literal(v) END, ', ' ORDER BY place)
               FROM unnest(i.reloptions) WITH ORDINALITY r (o, place), substr(o, strpos(o, '=') + 1) v) || ')', '')
           ELSE pg_get_constraintdef(k.oid) END AS definition,
       coalesce(i.reloptions, '{}') AS options, s.spcname AS tablespace, d.description AS index_comment,
       coalesce(x.indisclustered, false) AS clustered, coalesce(x.indisreplident, false) AS replica_identity,
       c.relkind = 'p' AS partitioned, k.conislocal OR k.contype <> 'c' AS local, c.relispartition AS in_partition,
       CASE WHEN k.contype = 'c' AND k.coninhcount > 0 THEN
           (SELECT ARRAY[pn.nspname::text, p.relname::text] FROM pg_inherits h
            JOIN pg_class p ON p.oid = h.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
            WHERE h.inhrelid = c.oid AND EXISTS (SELECT FROM pg_constraint pk WHERE pk.conrelid = p.oid
                  AND pk.conname = k.conname AND pk.contype = 'c')
            ORDER BY h.inhseqno LIMIT 1) END AS inherited_from,
       CASE WHEN i.relispartition THEN
           (SELECT json_build_object('table', json_build_array(pn.nspname, pt.relname), 'index', p.relname)
            FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent JOIN pg_index px ON px.indexrelid = p.oid
            JOIN pg_class pt ON pt.oid = px.indrelid
            JOIN pg_namespace pn ON pn.oid = pt.relnamespace WHERE h.inhrelid = i.oid) END AS attached_to
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index x ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_class i ON i.oid = x.indexrelid
LEFT JOIN pg_description d ON d.objoid = i.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
LEFT JOIN pg_tablespace s ON s.oid = i.reltablespace
WHERE k.contype IN ('p', 'u', 'x', 'c') AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
  AND (k.conislocal OR c.relispartition OR k.contype = 'c') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
