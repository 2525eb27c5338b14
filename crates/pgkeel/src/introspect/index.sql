-- Indexes that no constraint owns. Without expression and predicate they are sent as the catalog has them, and their definition
-- is written from that; those whose expressions are the same to the byte are written by PostgreSQL once.
WITH alike AS MATERIALIZED (
    SELECT unnest(same.oids) AS oid, same.oids[1] AS first
    FROM (SELECT array_agg(x.indexrelid) AS oids FROM pg_index x
          WHERE x.indrelid >= 16384 AND (x.indexprs IS NOT NULL OR x.indpred IS NOT NULL) AND 16384 > ALL (x.indclass)
/*15+*/     AND NOT x.indnullsnotdistinct
          -- One text, so that it is hashed, and not sorted by all of them.
          GROUP BY (coalesce(x.indexprs::text, '') || ' | ' || coalesce(x.indpred::text, '') || ' | ' || x.indkey::text || ' | ' || x.indclass::text
                    || ' | ' || x.indcollation::text || ' | ' || x.indoption::text || ' | ' || x.indnkeyatts::text) COLLATE "C") same
)
SELECT 'pg_class'::regclass::oid AS classid, i.oid, 0 AS subid,
       x.indrelid AS table, i.relname AS name,
       CASE WHEN m.amname NOT IN ('btree', 'hash', 'gin') OR c.relkind = 'm' OR NOT 16384 > ALL (x.indclass)
/*15+*/              OR x.indnullsnotdistinct
                 OR i.oid = coalesce(alike.first, i.oid) AND (x.indexprs IS NOT NULL OR x.indpred IS NOT NULL)
            THEN pg_get_indexdef(i.oid) END AS definition,
       i.reloptions AS options, s.spcname AS tablespace, CASE WHEN c.relkind = 'm' THEN true END AS on_view,
       -- Only an expression has a target of its own.
       CASE WHEN x.indexprs IS NOT NULL THEN
           (SELECT json_object_agg(a.attnum::text, a.attstattarget ORDER BY a.attnum) FROM pg_attribute a
            WHERE a.attrelid = i.oid AND a.attstattarget >= 0) END AS statistics,
       nullif(x.indisclustered, false) AS clustered, nullif(x.indisreplident, false) AS replica_identity,
       CASE WHEN i.relispartition THEN
           (SELECT json_build_object('table', json_build_array(pn.nspname, pt.relname), 'index', p.relname)
            FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent JOIN pg_index px ON px.indexrelid = p.oid
            JOIN pg_class pt ON pt.oid = px.indrelid
            JOIN pg_namespace pn ON pn.oid = pt.relnamespace WHERE h.inhrelid = i.oid) END AS attached_to,
       CASE WHEN NOT x.indisvalid AND i.relkind = 'i' THEN true END AS invalid,
       alike.first AS _like, x.indkey AS _keys, x.indnkeyatts AS _counted, x.indclass AS _classes, x.indcollation AS _collations,
       x.indoption AS _options, x.indisunique AS _unique, i.relkind = 'I' AS _only, m.amname::text AS _method
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am m ON m.oid = i.relam
LEFT JOIN alike ON alike.oid = i.oid
LEFT JOIN pg_tablespace s ON s.oid = i.reltablespace
WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND x.indexrelid NOT IN (SELECT k.conindid FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x'))
  AND i.oid NOT IN (SELECT e.objid FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')
  AND c.oid NOT IN (SELECT e.objid FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')
