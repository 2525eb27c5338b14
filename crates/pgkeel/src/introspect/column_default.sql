-- Defaults of columns of tables and views; a generated column's expression is part of the column. A default names no column,
-- so it is written without opening the table. A table's columns are known by their numbers, and so is which are generated.
SELECT 'pg_attrdef'::regclass::oid AS classid, d.oid, 0 AS subid,
       d.adrelid AS table, CASE WHEN c.relkind <> 'v' THEN d.adnum END AS column,
       CASE WHEN c.relkind = 'v' THEN
           (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = d.adrelid AND a.attnum = d.adnum) END AS column,
       CASE WHEN d.adbin::text NOT LIKE '%{VAR %' THEN pg_get_expr(d.adbin, 0) END AS expression,
       CASE WHEN c.relkind = 'v' THEN true END AS of_view
FROM pg_attrdef d
JOIN pg_class c ON c.oid = d.adrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND c.oid NOT IN (SELECT e.objid FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')
