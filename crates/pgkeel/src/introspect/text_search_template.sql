-- Text search templates.
--? pg_ts_template WHERE oid >= 16384
SELECT 'pg_ts_template'::regclass::oid AS classid, t.oid, 0 AS subid, n.nspname AS namespace, t.tmplname AS name,
       concat_ws(', ', CASE WHEN t.tmplinit <> 0 THEN 'INIT = ' || t.tmplinit::regproc END,
           'LEXIZE = ' || t.tmpllexize::regproc) AS definition
FROM pg_ts_template t
JOIN pg_namespace n ON n.oid = t.tmplnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_ts_template'::regclass AND e.objid = t.oid AND e.deptype = 'e')
