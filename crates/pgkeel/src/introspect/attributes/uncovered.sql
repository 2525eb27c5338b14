-- What pg_dump writes and pgkeel does not describe, in words: privileges that were changed on members of extensions.
SELECT pg_catalog.format('privileges on %s, a member of extension %s', pg_catalog.pg_describe_object(o.classid, o.objid, 0), x.extname)
FROM (
    SELECT 'pg_class'::regclass::oid AS classid, oid AS objid, relacl AS acl FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    UNION ALL SELECT 'pg_proc'::regclass, oid, proacl FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT 'pg_type'::regclass, oid, typacl FROM pg_type WHERE oid >= 16384
    UNION ALL SELECT 'pg_language'::regclass, oid, lanacl FROM pg_language WHERE oid >= 16384
    UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, fdwacl FROM pg_foreign_data_wrapper WHERE oid >= 16384
) o
JOIN pg_depend d ON d.classid = o.classid AND d.objid = o.objid AND d.objsubid = 0 AND d.deptype = 'e'
JOIN pg_extension x ON x.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
LEFT JOIN pg_init_privs i ON i.classoid = o.classid AND i.objoid = o.objid AND i.objsubid = 0
WHERE o.acl IS DISTINCT FROM i.initprivs
ORDER BY 1
