-- Transforms between types and procedural languages.
--? pg_transform
SELECT 'pg_transform'::regclass::oid AS classid, t.oid, 0 AS subid, format_type(t.trftype, NULL) AS data_type,
       l.lanname AS language,
       concat_ws(', ', CASE WHEN t.trffromsql <> 0 THEN 'FROM SQL WITH FUNCTION ' || t.trffromsql::regprocedure END,
                       CASE WHEN t.trftosql <> 0 THEN 'TO SQL WITH FUNCTION ' || t.trftosql::regprocedure END) AS definition
FROM pg_transform t
JOIN pg_language l ON l.oid = t.trflang
WHERE t.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_transform'::regclass AND e.objid = t.oid AND e.deptype = 'e')
