-- Materialized views.
--? pg_class WHERE relkind = 'm'
SELECT 'pg_class'::regclass::oid AS classid, c.oid, 0 AS subid, n.nspname AS namespace, c.relname AS name,
       rtrim(pg_get_viewdef(c.oid), ';') AS definition, coalesce(c.reloptions, '{}') AS options,
       coalesce((SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod),
                    CASE WHEN a.attcollation <> t.typcollation THEN
                        (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname) FROM pg_collation co
                         JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation)
                    ELSE '' END) ORDER BY a.attnum)
                 FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns,
       ARRAY(SELECT quote_ident(a.attname) || ' ' || x.clause FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid,
             LATERAL (VALUES (CASE WHEN a.attstattarget >= 0 THEN 'SET STATISTICS ' || a.attstattarget END),
                 (CASE WHEN a.attstorage <> t.typstorage THEN 'SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN'
                       WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END),
                 (CASE a.attcompression WHEN 'p' THEN 'SET COMPRESSION pglz' WHEN 'l' THEN 'SET COMPRESSION lz4' END),
                 ((SELECT 'SET (' || string_agg(o, ', ') || ')' FROM unnest(a.attoptions) o WHERE o NOT LIKE 'pg\_attver=%'))
             ) AS x (clause)
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND x.clause IS NOT NULL
             ORDER BY a.attnum, x.clause) AS column_settings,
       c.relispopulated AS populated, CASE WHEN m.amname <> 'heap' THEN m.amname END AS access_method,
       s.spcname AS tablespace
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_am m ON m.oid = c.relam
LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
WHERE c.relkind = 'm' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
