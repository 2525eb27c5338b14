-- A name without a namespace may have landed wherever the search path of its run led (settings of the project, of the
-- database, of the role, of the file): any namespace will do but a history's. The exact comparison is validate's.
WITH places AS (
    SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n
    WHERE n.nspname !~ '^pg_(toast|temp_|catalog)' AND n.nspname <> 'information_schema' AND (
        SELECT count(*) FROM pg_catalog.pg_class c
        WHERE c.relnamespace = n.oid AND c.relname IN ('about', 'journal', 'migrations', 'audit')
    ) < 4
)
SELECT e.index
FROM (VALUES {values}) AS e(index, kind, namespace, name)
WHERE NOT CASE e.kind
    -- Not by to_regclass: it fails for who may not use the namespace.
    WHEN 'relation' THEN EXISTS (
        SELECT FROM pg_catalog.pg_class c JOIN places n ON n.oid = c.relnamespace
        WHERE c.relname = e.name AND (e.namespace IS NULL OR n.nspname = e.namespace)
    )
    WHEN 'type' THEN EXISTS (
        SELECT FROM pg_catalog.pg_type t JOIN places n ON n.oid = t.typnamespace
        WHERE t.typname = e.name AND (e.namespace IS NULL OR n.nspname = e.namespace)
    )
    WHEN 'extension' THEN EXISTS (SELECT FROM pg_catalog.pg_extension x WHERE x.extname = e.name)
    ELSE EXISTS (
        SELECT FROM pg_catalog.pg_proc p JOIN places n ON n.oid = p.pronamespace
        WHERE p.proname = e.name AND (e.namespace IS NULL OR n.nspname = e.namespace)
    )
END
ORDER BY 1
