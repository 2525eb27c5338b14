-- Constraints of tables but foreign keys and NOT NULL. The usual keys are written from the catalog's arrays; of CHECKs that are the
-- same to the byte PostgreSQL writes one.
WITH alike AS MATERIALIZED (
    SELECT unnest(same.oids) AS oid, same.oids[1] AS first
    FROM (SELECT array_agg(k.oid) AS oids FROM pg_constraint k
          WHERE k.contype = 'c' AND k.conrelid >= 16384
/*-17*/   GROUP BY k.conbin::text, k.connoinherit, k.convalidated) same
/*18+*/   GROUP BY k.conbin::text, k.connoinherit, k.convalidated, k.conenforced) same
)
SELECT 'pg_constraint'::regclass::oid AS classid, k.oid, 0 AS subid,
       k.conrelid AS table, k.conname AS name,
       CASE WHEN k.contype = 'x' OR k.condeferrable OR k.oid = alike.first
/*15+*/              OR x.indnullsnotdistinct
/*18+*/              OR k.conperiod
            THEN pg_get_constraintdef(k.oid) END AS definition,
       i.reloptions AS options, s.spcname AS tablespace, d.description AS index_comment, k.contype::text AS type,
       nullif(x.indisclustered, false) AS clustered, nullif(x.indisreplident, false) AS replica_identity,
       CASE WHEN c.relkind = 'p' THEN true END AS partitioned,
       CASE WHEN NOT k.conislocal AND k.contype = 'c' THEN false END AS local, nullif(c.relispartition, false) AS in_partition,
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
            JOIN pg_namespace pn ON pn.oid = pt.relnamespace WHERE h.inhrelid = i.oid) END AS attached_to,
       alike.first AS _like, k.conkey AS _keys, x.indkey AS _indexed, k.contype::text AS _type, x.indexrelid AS _index
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (pg_index x JOIN pg_class i ON i.oid = x.indexrelid) ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN alike ON alike.oid = k.oid
LEFT JOIN pg_description d ON d.objoid = x.indexrelid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
LEFT JOIN pg_tablespace s ON s.oid = i.reltablespace
WHERE k.contype IN ('p', 'u', 'x', 'c') AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
  AND (k.conislocal OR c.relispartition OR k.contype = 'c') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND c.oid NOT IN (SELECT e.objid FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')
