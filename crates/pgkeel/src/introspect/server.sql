-- Foreign servers.
--? pg_foreign_server
SELECT 'pg_foreign_server'::regclass::oid AS classid, s.oid, 0 AS subid, s.srvname AS name, f.fdwname AS wrapper,
       s.srvtype AS type, s.srvversion AS version, coalesce(s.srvoptions, '{}') AS options
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper f ON f.oid = s.srvfdw
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_foreign_server'::regclass AND e.objid = s.oid AND e.deptype = 'e')
