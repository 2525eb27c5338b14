-- User mappings of foreign servers. Who may not see their options sees none, as in pg_user_mappings.
--? pg_foreign_server
SELECT 'pg_user_mapping'::regclass::oid AS classid, m.umid AS oid, 0 AS subid, m.srvname AS server,
       CASE WHEN m.umuser <> 0 THEN m.usename END AS role, coalesce(m.umoptions, '{}') AS options,
       NOT ((SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            OR pg_has_role(s.srvowner, 'USAGE') AND (m.umuser = 0 OR m.usename = current_user)
            OR has_server_privilege(s.oid, 'USAGE') AND m.usename = current_user) AS hidden
FROM pg_user_mappings m
JOIN pg_foreign_server s ON s.oid = m.srvid
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_foreign_server'::regclass AND e.objid = m.srvid AND e.deptype = 'e')
