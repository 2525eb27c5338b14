SELECT e.index
FROM (VALUES {values}) AS e(index, kind, namespace, name)
WHERE NOT CASE e.kind
    -- Not by to_regclass where there is a namespace: it fails for who may not use that.
    WHEN 'relation' THEN CASE WHEN e.namespace IS NULL THEN pg_catalog.to_regclass(pg_catalog.quote_ident(e.name)) IS NOT NULL
        ELSE EXISTS (
            SELECT FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relname = e.name AND n.nspname = e.namespace
        ) END
    WHEN 'type' THEN CASE WHEN e.namespace IS NULL THEN pg_catalog.to_regtype(pg_catalog.quote_ident(e.name)) IS NOT NULL
        ELSE EXISTS (
            SELECT FROM pg_catalog.pg_type t
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE t.typname = e.name AND n.nspname = e.namespace
        ) END
    WHEN 'extension' THEN EXISTS (SELECT FROM pg_catalog.pg_extension x WHERE x.extname = e.name)
    ELSE EXISTS (
        SELECT FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        WHERE p.proname = e.name AND (e.namespace IS NULL OR n.nspname = e.namespace)
    )
END
ORDER BY 1
