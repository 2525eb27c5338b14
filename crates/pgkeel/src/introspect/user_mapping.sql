-- User mappings of foreign servers.
SELECT 'pg_user_mapping'::regclass::oid AS classid, m.umid AS oid, 0 AS subid,
       CASE WHEN m.umuser = 0 THEN '' ELSE m.usename END AS role, m.srvname AS server, coalesce(m.umoptions, '{}') AS options
FROM pg_user_mappings m
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_foreign_server'::regclass AND e.objid = m.srvid AND e.deptype = 'e')
