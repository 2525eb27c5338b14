-- Partitions and their bounds. There is no address for that: the dependency of the tables is it.
--? pg_inherits
SELECT 0::oid AS classid, c.oid, 0 AS subid, ARRAY[n.nspname::text, c.relname::text] AS table,
       ARRAY[pn.nspname::text, p.relname::text] AS parent, pg_get_expr(c.relpartbound, c.oid) AS bound,
       (SELECT json_object_agg(k.conname, own.conname) FROM pg_constraint own JOIN pg_constraint k ON k.oid = own.conparentid
        WHERE own.conrelid = c.oid AND own.contype = 'f' AND k.conrelid = p.oid AND k.conname <> own.conname) AS foreign_keys
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_inherits i ON i.inhrelid = c.oid
JOIN pg_class p ON p.oid = i.inhparent
JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
