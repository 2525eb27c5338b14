-- Privileges on PostgreSQL's own objects and on those of extensions, where they are not what initdb or the extension gave.
-- Like pg_dump without information_schema, of which initdb does not remember what it granted.
WITH object (classid, oid, subid, kind, owner, acl, keyword, reference, column_name) AS (
    SELECT 'pg_class'::regclass::oid, c.oid, 0, CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner, c.relacl,
           CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
           quote_ident(n.nspname) || '.' || quote_ident(c.relname), NULL::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relacl IS NOT NULL AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, a.attnum, 'c', c.relowner, a.attacl, 'TABLE',
           quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname
    FROM (SELECT oid FROM pg_class WHERE oid < 16384
          UNION SELECT objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND classid = 'pg_class'::regclass AND deptype = 'e') m
    JOIN pg_attribute a ON a.attrelid = m.oid JOIN pg_class c ON c.oid = m.oid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0, 'f', p.proowner, p.proacl, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
           quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')', NULL
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proacl IS NOT NULL
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 0, 'T', t.typowner, t.typacl, 'TYPE', quote_ident(n.nspname) || '.' || quote_ident(t.typname), NULL
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typacl IS NOT NULL
    UNION ALL
    SELECT 'pg_namespace'::regclass, oid, 0, 'n', nspowner, nspacl, 'SCHEMA', quote_ident(nspname), NULL
    FROM pg_namespace WHERE nspacl IS NOT NULL
    UNION ALL
    SELECT 'pg_language'::regclass, oid, 0, 'l', lanowner, lanacl, 'LANGUAGE', quote_ident(lanname), NULL
    FROM pg_language WHERE lanacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, 'F', fdwowner, fdwacl, 'FOREIGN DATA WRAPPER', quote_ident(fdwname), NULL
    FROM pg_foreign_data_wrapper WHERE fdwacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, oid, 0, 'S', srvowner, srvacl, 'FOREIGN SERVER', quote_ident(srvname), NULL
    FROM pg_foreign_server WHERE srvacl IS NOT NULL
), foreign_object AS (
    SELECT o.*, x.extname AS extension, coalesce(i.initprivs, acldefault(o.kind, o.owner)) AS initial
    FROM object o
    LEFT JOIN pg_depend e ON e.refclassid = 'pg_extension'::regclass AND e.classid = o.classid AND e.objid = o.oid
         AND e.objsubid = 0 AND e.deptype = 'e'
    LEFT JOIN pg_extension x ON x.oid = e.refobjid
    LEFT JOIN pg_init_privs i ON i.classoid = o.classid AND i.objoid = o.oid AND i.objsubid = o.subid
    -- Nearly all are as they were given, down to the order.
    WHERE o.acl::text IS DISTINCT FROM i.initprivs::text
      AND (x.oid IS NOT NULL
       OR o.oid < 16384 AND (o.reference LIKE 'pg\_catalog.%' OR o.keyword = 'LANGUAGE' OR o.reference = 'pg_catalog' AND o.keyword = 'SCHEMA'))
), difference AS (
    SELECT o.*, c.granted, c.grantee, c.privilege_type, c.is_grantable
    FROM foreign_object o
    CROSS JOIN LATERAL (
        SELECT true AS granted, g.* FROM (SELECT grantee, privilege_type, is_grantable FROM aclexplode(o.acl)
            EXCEPT SELECT grantee, privilege_type, is_grantable FROM aclexplode(o.initial)) g
        UNION ALL
        SELECT false, g.* FROM (SELECT grantee, privilege_type, is_grantable FROM aclexplode(o.initial)
            EXCEPT SELECT grantee, privilege_type, is_grantable FROM aclexplode(o.acl)) g) c
), written AS (
    SELECT d.classid, d.oid, d.subid, d.granted, d.privilege_type,
           json_build_object('grantee', CASE WHEN d.grantee = 0 THEN to_json('public'::text) WHEN d.grantee = d.owner THEN to_json('owner'::text)
                                             ELSE json_build_object('role', r.rolname) END,
                             'privilege', d.privilege_type, 'grantable', d.is_grantable) AS item, r.rolname
    FROM difference d LEFT JOIN pg_roles r ON r.oid = d.grantee
)
SELECT 0::oid AS classid, o.oid, 0 AS subid, o.keyword, o.reference, o.column_name AS column, o.extension,
       (SELECT rolname FROM pg_roles WHERE oid = o.owner) AS owner,
       coalesce((SELECT json_agg(w.item ORDER BY w.rolname, w.privilege_type) FROM written w
                 WHERE (w.classid, w.oid, w.subid) = (o.classid, o.oid, o.subid) AND w.granted), '[]') AS granted,
       coalesce((SELECT json_agg(w.item ORDER BY w.rolname, w.privilege_type) FROM written w
                 WHERE (w.classid, w.oid, w.subid) = (o.classid, o.oid, o.subid) AND NOT w.granted), '[]') AS revoked
FROM foreign_object o
WHERE EXISTS (SELECT FROM written w WHERE (w.classid, w.oid, w.subid) = (o.classid, o.oid, o.subid))
