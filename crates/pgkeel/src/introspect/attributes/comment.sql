-- Comments of objects in this database, by address.
SELECT d.classoid, d.objoid, d.objsubid,
       CASE WHEN d.objsubid > 0 THEN (SELECT a.attname::text FROM pg_attribute a WHERE d.classoid = 'pg_class'::regclass
            AND a.attrelid = d.objoid AND a.attnum = d.objsubid) END AS column, d.description
FROM pg_description d
WHERE d.objoid >= 16384 OR d.classoid IN ('pg_namespace'::regclass, 'pg_extension'::regclass)
