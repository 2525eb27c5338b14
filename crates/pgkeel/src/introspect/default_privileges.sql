-- Default privileges, as the difference from what PostgreSQL gives anyhow.
--? pg_default_acl
SELECT 'pg_default_acl'::regclass::oid AS classid, d.oid, 0 AS subid,
       r.rolname AS role, coalesce(n.nspname, '') AS namespace,
       CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
            WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS objects,
       coalesce((SELECT json_agg(json_build_object('grantee', CASE WHEN x.grantee = 0 THEN to_json('public'::text)
                    WHEN x.grantee = d.defaclrole THEN to_json('owner'::text) ELSE json_build_object('role', g.rolname) END,
                    'privilege', x.privilege_type, 'grantable', x.is_grantable AND x.grantee <> d.defaclrole))
                 FROM aclexplode(d.defaclacl) x LEFT JOIN pg_roles g ON g.oid = x.grantee
                 WHERE (d.defaclnamespace <> 0 OR NOT EXISTS (SELECT FROM aclexplode(acldefault(
                            CASE d.defaclobjtype WHEN 'S' THEN 's'::"char" ELSE d.defaclobjtype END, d.defaclrole)) y
                        WHERE (y.grantee, y.privilege_type) = (x.grantee, x.privilege_type)))), '[]') AS granted,
       coalesce((SELECT json_agg(json_build_object('grantee', CASE WHEN y.grantee = 0 THEN to_json('public'::text)
                    ELSE to_json('owner'::text) END, 'privilege', y.privilege_type))
                 FROM aclexplode(acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's'::"char" ELSE d.defaclobjtype END,
                                            d.defaclrole)) y
                 WHERE d.defaclnamespace = 0 AND NOT EXISTS (SELECT FROM aclexplode(d.defaclacl) x
                        WHERE (y.grantee, y.privilege_type) = (x.grantee, x.privilege_type))), '[]') AS revoked
FROM pg_default_acl d
JOIN pg_roles r ON r.oid = d.defaclrole
LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
