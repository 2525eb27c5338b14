-- Security labels of objects in this database, by address.
SELECT l.classoid, l.objoid, l.objsubid,
       CASE WHEN l.objsubid > 0 THEN (SELECT a.attname::text FROM pg_attribute a WHERE l.classoid = 'pg_class'::regclass
            AND a.attrelid = l.objoid AND a.attnum = l.objsubid) END AS column, l.provider, l.label
FROM pg_seclabel l
UNION ALL
SELECT l.classoid, l.objoid, 0, NULL, l.provider, l.label FROM pg_shseclabel l WHERE l.classoid = 'pg_subscription'::regclass
