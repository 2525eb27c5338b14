-- Everything pgkeel wants to know about a server and a role, in one round trip; works on 14 and later.
-- facts: pg_roles, pg_extension, pg_settings, pg_event_trigger; functions of documentation section 9.26.
SELECT pg_catalog.json_build_object(
  'version_number', pg_catalog.current_setting('server_version_num')::int,
  'version', pg_catalog.version(),
  'user', current_user,
  'session_user', session_user,
  'database', pg_catalog.current_database(),
  'in_recovery', pg_catalog.pg_is_in_recovery(),
  'read_only', pg_catalog.current_setting('transaction_read_only')::bool,
  'backend_pid', pg_catalog.pg_backend_pid(),
  'server_address', pg_catalog.host(pg_catalog.inet_server_addr()),
  'server_port', coalesce(pg_catalog.inet_server_port(), pg_catalog.current_setting('port')::int),
  'superuser', (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
  'can_create', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
  'roles', ARRAY(SELECT rolname::text FROM pg_catalog.pg_roles
                 WHERE rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin',
                                   'neon_superuser', 'supabase_admin') ORDER BY 1),
  'extensions', ARRAY(SELECT pg_catalog.json_build_object('name', extname, 'version', extversion,
                                                          'namespace', extnamespace::pg_catalog.regnamespace::text)
                      FROM pg_catalog.pg_extension ORDER BY extname),
  'aurora', pg_catalog.to_regproc('aurora_version') IS NOT NULL,
  'settings', ARRAY(SELECT DISTINCT pg_catalog.split_part(name, '.', 1) FROM pg_catalog.pg_settings
                    WHERE name LIKE '%.%' ORDER BY 1),
  'event_triggers', (SELECT pg_catalog.count(*) FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D'),
  'encoding', pg_catalog.current_setting('server_encoding'),
  'time_zone', pg_catalog.current_setting('TimeZone'),
  'isolation', pg_catalog.current_setting('transaction_isolation'),
  'statement_timeout', pg_catalog.current_setting('statement_timeout'),
  'lock_timeout', pg_catalog.current_setting('lock_timeout'),
  'standard_conforming_strings', pg_catalog.current_setting('standard_conforming_strings')::bool
)::text
