-- Text search dictionaries. Their options are kept as one text, `name = value, ...`, which is taken apart here.
--? pg_ts_dict WHERE oid >= 16384
SELECT 'pg_ts_dict'::regclass::oid AS classid, d.oid, 0 AS subid, n.nspname AS namespace, d.dictname AS name,
       ARRAY[tn.nspname::text, t.tmplname::text] AS template,
       ARRAY(SELECT m[1] || ' = ' || m[2]
             FROM regexp_matches(d.dictinitoption, '("(?:[^"]|"")*"|[^",= ]+) = ( ?E?''(?:[^'']|'''')*''|[^,]+)', 'g') m) AS options
FROM pg_ts_dict d
JOIN pg_namespace n ON n.oid = d.dictnamespace
JOIN pg_ts_template t ON t.oid = d.dicttemplate
JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_ts_dict'::regclass AND e.objid = d.oid AND e.deptype = 'e')
