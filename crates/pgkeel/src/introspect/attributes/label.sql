-- Security labels of objects in this database, by address.
SELECT l.classoid, l.objoid, l.objsubid, a.attname::text AS column, l.provider, l.label
FROM pg_seclabel l
LEFT JOIN pg_attribute a ON l.classoid = 'pg_class'::regclass AND l.objsubid > 0
     AND a.attrelid = l.objoid AND a.attnum = l.objsubid
UNION ALL
SELECT l.classoid, l.objoid, 0, NULL, l.provider, l.label FROM pg_shseclabel l WHERE l.classoid = 'pg_subscription'::regclass
