-- Base types and shells.
SELECT 'pg_type'::regclass::oid AS classid, t.oid, 0 AS subid, n.nspname AS namespace, t.typname AS name,
       CASE WHEN t.typisdefined THEN array_remove(ARRAY['INTERNALLENGTH = ' || CASE WHEN t.typlen < 0 THEN 'variable' ELSE t.typlen::text END,
           'INPUT = ' || t.typinput::regproc, 'OUTPUT = ' || t.typoutput::regproc,
           CASE WHEN t.typreceive <> 0 THEN 'RECEIVE = ' || t.typreceive::regproc END,
           CASE WHEN t.typsend <> 0 THEN 'SEND = ' || t.typsend::regproc END,
           CASE WHEN t.typmodin <> 0 THEN 'TYPMOD_IN = ' || t.typmodin::regproc END,
           CASE WHEN t.typmodout <> 0 THEN 'TYPMOD_OUT = ' || t.typmodout::regproc END,
           CASE WHEN t.typanalyze <> 0 THEN 'ANALYZE = ' || t.typanalyze::regproc END,
           CASE WHEN t.typsubscript <> 0 THEN 'SUBSCRIPT = ' || t.typsubscript::regproc END,
           CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE = true' END, 'DEFAULT = ' || quote_literal(t.typdefault),
           CASE WHEN t.typelem <> 0 THEN 'ELEMENT = ' || format_type(t.typelem, NULL) END,
           CASE WHEN t.typcategory <> 'U' THEN 'CATEGORY = ' || quote_literal(t.typcategory::text) END,
           CASE WHEN t.typispreferred THEN 'PREFERRED = true' END,
           CASE WHEN t.typdelim <> ',' THEN 'DELIMITER = ' || quote_literal(t.typdelim::text) END,
           'ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END,
           'STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' ELSE 'main' END,
           CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END], NULL) ELSE '{}' END AS options
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE (t.typtype = 'b' OR NOT t.typisdefined) AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_type x WHERE x.typarray = t.oid)
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
