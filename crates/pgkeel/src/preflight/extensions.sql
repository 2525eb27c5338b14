SELECT
    pg_catalog.current_setting('server_version_num'),
    current_user,
    e.name,
    e.installed_version,
    e.default_version,
    (
        SELECT pg_catalog.string_agg(v.version, E'\n')
        FROM pg_catalog.pg_available_extension_versions v
        WHERE v.name = e.name
    ),
    (
        SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user
    ) OR (
        pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')
        AND coalesce((
            SELECT v.trusted OR NOT v.superuser
            FROM pg_catalog.pg_available_extension_versions v
            WHERE v.name = e.name AND v.version = e.default_version
        ), false)
    ),
    (
        SELECT pg_catalog.array_to_string(v.requires, E'\n')
        FROM pg_catalog.pg_available_extension_versions v
        WHERE v.name = e.name AND v.version = e.default_version
    )
FROM (VALUES (1)) AS always(one)
LEFT JOIN pg_catalog.pg_available_extensions e ON true
