-- Domains. A default without an expression is that of the type below.
SELECT 'pg_type'::regclass::oid AS classid, t.oid, 0 AS subid, n.nspname AS namespace, t.typname AS name,
       format_type(t.typbasetype, t.typtypmod) AS type,
       CASE WHEN t.typcollation <> b.typcollation
            THEN (SELECT ARRAY[cn.nspname::text, c.collname::text] FROM pg_collation c
                  JOIN pg_namespace cn ON cn.oid = c.collnamespace WHERE c.oid = t.typcollation) END AS collation,
       t.typnotnull AS not_null,
       pg_get_expr(t.typdefaultbin, 0) AS default
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_type b ON b.oid = t.typbasetype
WHERE t.typtype = 'd' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
