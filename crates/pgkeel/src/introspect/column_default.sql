-- Defaults of columns of tables and views; a generated column's expression is part of the column. A default names no column,
-- so it is written without opening the table.
SELECT 'pg_attrdef'::regclass::oid AS classid, d.oid, 0 AS subid,
       c.oid AS table, a.attname AS column,
       pg_get_expr(d.adbin, 0) AS expression, c.relkind = 'v' AS of_view
FROM pg_attrdef d
JOIN pg_class c ON c.oid = d.adrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE a.attgenerated = '' AND NOT a.attisdropped AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
