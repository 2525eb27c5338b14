-- Foreign keys, but those that follow a partitioned table's. The usual ones are written from the catalog's arrays.
SELECT 'pg_constraint'::regclass::oid AS classid, k.oid, 0 AS subid,
       k.conrelid AS table, k.conname AS name,
       CASE WHEN k.condeferrable OR NOT k.convalidated OR k.confmatchtype <> 's'
/*15+*/              OR k.confdelsetcols IS NOT NULL
/*18+*/              OR k.conperiod OR NOT k.conenforced
            THEN pg_get_constraintdef(k.oid) END AS definition,
       k.conkey AS _keys, k.confrelid AS _references, k.confkey AS _referenced,
       k.confupdtype::text AS _update, k.confdeltype::text AS _delete
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND c.oid NOT IN (SELECT e.objid FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')
