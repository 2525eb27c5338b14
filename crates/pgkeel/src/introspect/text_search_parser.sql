-- Text search parsers.
--? pg_ts_parser WHERE oid >= 16384
SELECT 'pg_ts_parser'::regclass::oid AS classid, p.oid, 0 AS subid, n.nspname AS namespace, p.prsname AS name,
       concat_ws(', ', 'START = ' || p.prsstart::regproc, 'GETTOKEN = ' || p.prstoken::regproc, 'END = ' || p.prsend::regproc,
           CASE WHEN p.prsheadline <> 0 THEN 'HEADLINE = ' || p.prsheadline::regproc END,
           'LEXTYPES = ' || p.prslextype::regproc) AS definition
FROM pg_ts_parser p
JOIN pg_namespace n ON n.oid = p.prsnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_ts_parser'::regclass AND e.objid = p.oid AND e.deptype = 'e')
