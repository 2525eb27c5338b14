-- Owners, and grants as the difference from what PostgreSQL gives anyhow, by address.
WITH owned (classid, objid, subid, name, kind, owner, acl) AS (
    SELECT 'pg_namespace'::regclass::oid, oid, 0, NULL::text, 'n'::"char", nspowner, nspacl FROM pg_namespace
    UNION ALL
    SELECT 'pg_class'::regclass, oid, 0, NULL, CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, relowner, relacl
    FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND oid >= 16384
    UNION ALL
    SELECT 'pg_class'::regclass, a.attrelid, a.attnum, a.attname, 'c'::"char", c.relowner, a.attacl
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attacl IS NOT NULL AND a.attrelid >= 16384 AND NOT a.attisdropped
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, 0, NULL, 'f'::"char", proowner, proacl FROM pg_proc WHERE oid >= 16384
    UNION ALL
    SELECT 'pg_type'::regclass, oid, 0, NULL, 'T'::"char", typowner, typacl FROM pg_type
    WHERE oid >= 16384 AND typtype <> 'm' AND (typrelid = 0 OR typrelid IN (SELECT c.oid FROM pg_class c WHERE c.relkind = 'c'))
      AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = pg_type.oid)
    UNION ALL
    SELECT 'pg_language'::regclass, oid, 0, NULL, 'l'::"char", lanowner, lanacl FROM pg_language WHERE oid >= 16384
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, NULL, 'F'::"char", fdwowner, fdwacl FROM pg_foreign_data_wrapper
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, oid, 0, NULL, 'S'::"char", srvowner, srvacl FROM pg_foreign_server
    UNION ALL
    SELECT 'pg_operator'::regclass, oid, 0, NULL, NULL, oprowner, NULL FROM pg_operator WHERE oid >= 16384
    UNION ALL
    SELECT 'pg_opclass'::regclass, oid, 0, NULL, NULL, opcowner, NULL FROM pg_opclass WHERE oid >= 16384
    UNION ALL
    SELECT 'pg_opfamily'::regclass, oid, 0, NULL, NULL, opfowner, NULL FROM pg_opfamily WHERE oid >= 16384
    UNION ALL
    SELECT 'pg_collation'::regclass, oid, 0, NULL, NULL, collowner, NULL FROM pg_collation WHERE oid >= 16384
    UNION ALL
    SELECT 'pg_conversion'::regclass, oid, 0, NULL, NULL, conowner, NULL FROM pg_conversion WHERE oid >= 16384
    UNION ALL
    SELECT 'pg_ts_config'::regclass, oid, 0, NULL, NULL, cfgowner, NULL FROM pg_ts_config WHERE oid >= 16384
    UNION ALL
    SELECT 'pg_ts_dict'::regclass, oid, 0, NULL, NULL, dictowner, NULL FROM pg_ts_dict WHERE oid >= 16384
    UNION ALL
    SELECT 'pg_statistic_ext'::regclass, oid, 0, NULL, NULL, stxowner, NULL FROM pg_statistic_ext
    UNION ALL
    SELECT 'pg_publication'::regclass, oid, 0, NULL, NULL, pubowner, NULL FROM pg_publication
    UNION ALL
    SELECT 'pg_event_trigger'::regclass, oid, 0, NULL, NULL, evtowner, NULL FROM pg_event_trigger
    UNION ALL
    SELECT 'pg_subscription'::regclass, s.oid, 0, NULL, NULL, s.subowner, NULL FROM pg_subscription s
    JOIN pg_database d ON d.oid = s.subdbid AND d.datname = current_database()
), changed AS (
    SELECT o.classid, o.objid, o.subid, o.owner, true AS granted, x.place, x.grantor, x.grantee, x.privilege_type, x.is_grantable
    FROM owned o, aclexplode(o.acl) WITH ORDINALITY x (grantor, grantee, privilege_type, is_grantable, place)
    WHERE o.acl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(acldefault(o.kind, o.owner)) y
          WHERE (y.grantor, y.grantee, y.privilege_type, y.is_grantable) = (x.grantor, x.grantee, x.privilege_type, x.is_grantable))
    UNION ALL
    SELECT o.classid, o.objid, o.subid, o.owner, false, y.place, y.grantor, y.grantee, y.privilege_type, y.is_grantable
    FROM owned o, aclexplode(acldefault(o.kind, o.owner)) WITH ORDINALITY y (grantor, grantee, privilege_type, is_grantable, place)
    WHERE o.acl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(o.acl) x
          WHERE (y.grantor, y.grantee, y.privilege_type, y.is_grantable) = (x.grantor, x.grantee, x.privilege_type, x.is_grantable))
), grants AS (
    SELECT c.classid, c.objid, c.subid,
           json_agg(json_build_object('granted', c.granted, 'grant', json_build_object(
               'grantee', CASE WHEN c.grantee = 0 THEN to_json('public'::text) WHEN c.grantee = c.owner THEN to_json('owner'::text)
                               ELSE json_build_object('role', g.rolname) END,
               'privilege', c.privilege_type, 'grantable', c.is_grantable,
               'grantor', CASE WHEN c.grantor <> c.owner THEN f.rolname END)) ORDER BY c.place)::text AS list
    FROM changed c LEFT JOIN pg_roles g ON g.oid = c.grantee LEFT JOIN pg_roles f ON f.oid = c.grantor
    GROUP BY c.classid, c.objid, c.subid
)
SELECT o.classid, o.objid, o.subid, o.name AS column, r.rolname::text AS owner, g.list AS grants
FROM owned o
LEFT JOIN pg_roles r ON r.oid = o.owner
LEFT JOIN grants g ON (g.classid, g.objid, g.subid) = (o.classid, o.objid, o.subid)
WHERE o.owner IS NOT NULL
-- What stands for a type too, such as its constructor functions, comes before it: the type's own owner is the one that stays.
ORDER BY o.classid = 'pg_type'::regclass
