-- Conversions between encodings.
--? pg_conversion WHERE oid >= 16384
SELECT 'pg_conversion'::regclass::oid AS classid, c.oid, 0 AS subid, n.nspname AS namespace, c.conname AS name,
       c.condefault AS default,
       'FOR ' || quote_literal(pg_encoding_to_char(c.conforencoding)) || ' TO '
       || quote_literal(pg_encoding_to_char(c.contoencoding)) || ' FROM ' || c.conproc::regproc AS definition
FROM pg_conversion c
JOIN pg_namespace n ON n.oid = c.connamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_conversion'::regclass AND e.objid = c.oid AND e.deptype = 'e')
