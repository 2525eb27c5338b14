-- Range types with their multirange types.
SELECT 'pg_type'::regclass::oid AS classid, t.oid, 0 AS subid, n.nspname AS namespace, t.typname AS name,
       concat_ws(', ', 'subtype = ' || format_type(r.rngsubtype, NULL),
           'multirange_type_name = ' || r.rngmultitypid::regtype,
           (SELECT 'subtype_opclass = ' || quote_ident(cn.nspname) || '.' || quote_ident(o.opcname) FROM pg_opclass o
            JOIN pg_namespace cn ON cn.oid = o.opcnamespace WHERE o.oid = r.rngsubopc AND NOT o.opcdefault),
           (SELECT 'collation = ' || quote_ident(cn.nspname) || '.' || quote_ident(o.collname) FROM pg_collation o
            JOIN pg_namespace cn ON cn.oid = o.collnamespace JOIN pg_type s ON s.oid = r.rngsubtype
            WHERE o.oid = r.rngcollation AND s.typcollation <> r.rngcollation),
           CASE WHEN r.rngcanonical <> 0 THEN 'canonical = ' || r.rngcanonical::regproc END,
           CASE WHEN r.rngsubdiff <> 0 THEN 'subtype_diff = ' || r.rngsubdiff::regproc END) AS definition
FROM pg_range r
JOIN pg_type t ON t.oid = r.rngtypid
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
