-- Collations.
SELECT 'pg_collation'::regclass::oid AS classid, c.oid, 0 AS subid, n.nspname AS namespace, c.collname AS name,
       'provider = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' ELSE 'libc' END
       || CASE WHEN c.collisdeterministic THEN '' ELSE ', deterministic = false' END
/*-14*/|| CASE WHEN c.collcollate = c.collctype THEN ', locale = ' || quote_literal(c.collcollate)
/*-14*/   ELSE ', lc_collate = ' || quote_literal(c.collcollate) || ', lc_ctype = ' || quote_literal(c.collctype) END
/*15+*/|| CASE WHEN c.collcollate IS NULL THEN '' WHEN c.collcollate = c.collctype THEN ', locale = ' || quote_literal(c.collcollate)
/*15+*/   ELSE ', lc_collate = ' || quote_literal(c.collcollate) || ', lc_ctype = ' || quote_literal(c.collctype) END
/*15+*//*-16*/|| coalesce(', locale = ' || quote_literal(c.colliculocale), '')
/*17+*/|| coalesce(', locale = ' || quote_literal(c.colllocale), '')
/*16+*/|| coalesce(', rules = ' || quote_literal(c.collicurules), '')
       AS definition
FROM pg_collation c
JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_collation'::regclass AND e.objid = c.oid AND e.deptype = 'e')
