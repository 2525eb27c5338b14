SELECT e.index
FROM (VALUES {values}) AS e(index, kind, namespace, name)
WHERE NOT CASE e.kind
    WHEN 'relation' THEN pg_catalog.to_regclass(
        coalesce(pg_catalog.quote_ident(e.namespace) || '.', '') || pg_catalog.quote_ident(e.name)
    ) IS NOT NULL
    WHEN 'type' THEN pg_catalog.to_regtype(
        coalesce(pg_catalog.quote_ident(e.namespace) || '.', '') || pg_catalog.quote_ident(e.name)
    ) IS NOT NULL
    WHEN 'extension' THEN EXISTS (SELECT FROM pg_catalog.pg_extension x WHERE x.extname = e.name)
    ELSE EXISTS (
        SELECT FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        WHERE p.proname = e.name AND (e.namespace IS NULL OR n.nspname = e.namespace)
    )
END
ORDER BY 1
