-- Range types with their multirange types.
--? pg_range WHERE rngtypid >= 16384
SELECT 'pg_type'::regclass::oid AS classid, t.oid, 0 AS subid, n.nspname AS namespace, t.typname AS name,
       (SELECT ARRAY[mn.nspname::text, m.typname::text] FROM pg_type m JOIN pg_namespace mn ON mn.oid = m.typnamespace
        WHERE m.oid = r.rngmultitypid) AS multirange,
       array_remove(ARRAY['SUBTYPE = ' || format_type(r.rngsubtype, NULL),
           (SELECT 'SUBTYPE_OPCLASS = ' || quote_ident(cn.nspname) || '.' || quote_ident(o.opcname) FROM pg_opclass o
            JOIN pg_namespace cn ON cn.oid = o.opcnamespace WHERE o.oid = r.rngsubopc AND NOT o.opcdefault),
           (SELECT 'COLLATION = ' || quote_ident(cn.nspname) || '.' || quote_ident(o.collname) FROM pg_collation o
            JOIN pg_namespace cn ON cn.oid = o.collnamespace JOIN pg_type s ON s.oid = r.rngsubtype
            WHERE o.oid = r.rngcollation AND s.typcollation <> r.rngcollation),
           CASE WHEN r.rngcanonical <> 0 THEN 'CANONICAL = ' || r.rngcanonical::regproc END,
           CASE WHEN r.rngsubdiff <> 0 THEN 'SUBTYPE_DIFF = ' || r.rngsubdiff::regproc END], NULL) AS options
FROM pg_range r
JOIN pg_type t ON t.oid = r.rngtypid
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
