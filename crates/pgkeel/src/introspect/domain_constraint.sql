-- CHECK constraints of domains.
--? pg_constraint WHERE contypid >= 16384
SELECT 'pg_constraint'::regclass::oid AS classid, c.oid, 0 AS subid,
       ARRAY[n.nspname::text, t.typname::text] AS domain, c.conname AS name, pg_get_constraintdef(c.oid) AS definition
FROM pg_constraint c
JOIN pg_type t ON t.oid = c.contypid
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE c.contype = 'c' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
