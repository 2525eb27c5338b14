-- Indexes of partitions that are part of their parent's index.
--? pg_inherits
SELECT 0::oid AS classid, i.oid, 0 AS subid, ARRAY[n.nspname::text, i.relname::text] AS index,
       ARRAY[pn.nspname::text, pt.relname::text] AS parent_table, p.relname AS parent, ARRAY[n.nspname::text, c.relname::text] AS table
FROM pg_inherits h
JOIN pg_class i ON i.oid = h.inhrelid AND i.relkind IN ('i', 'I')
JOIN pg_index x ON x.indexrelid = i.oid
JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class p ON p.oid = h.inhparent
JOIN pg_index px ON px.indexrelid = p.oid
JOIN pg_class pt ON pt.oid = px.indrelid
JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relpersistence <> 't'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
