-- Collations. The columns for locales have other names in each major, so they are read by name from the row.
--? pg_collation WHERE oid >= 16384
SELECT 'pg_collation'::regclass::oid AS classid, c.oid, 0 AS subid, n.nspname AS namespace, c.collname AS name,
       CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' ELSE 'libc' END AS provider,
       c.collisdeterministic AS deterministic,
       CASE WHEN c.collprovider <> 'c' THEN coalesce(j.row->>'colllocale', j.row->>'colliculocale', c.collcollate::text) END AS locale,
       CASE WHEN c.collprovider = 'c' THEN c.collcollate::text END AS lc_collate,
       CASE WHEN c.collprovider = 'c' THEN c.collctype::text END AS lc_ctype,
       j.row->>'collicurules' AS rules
FROM pg_collation c
JOIN pg_namespace n ON n.oid = c.collnamespace
CROSS JOIN LATERAL (SELECT to_jsonb(c) AS row) j
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_collation'::regclass AND e.objid = c.oid AND e.deptype = 'e')
