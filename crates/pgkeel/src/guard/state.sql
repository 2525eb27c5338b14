-- What every object is now: the "before" of the first DDL that will be recorded.
TRUNCATE {ns}.guard_state;
INSERT INTO {ns}.guard_state (class, object, home, definition)
SELECT o.class, o.object, {ns}.guard_home(), d.definition
FROM (
    SELECT 'pg_class'::regclass::oid AS class, c.oid AS object, c.relnamespace AS namespace
    FROM pg_class c WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I') AND c.relpersistence <> 't'
    UNION ALL SELECT 'pg_proc'::regclass, p.oid, p.pronamespace FROM pg_proc p
    UNION ALL SELECT 'pg_type'::regclass, t.oid, t.typnamespace FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c'
    UNION ALL SELECT 'pg_trigger'::regclass, g.oid, c.relnamespace FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
        WHERE NOT g.tgisinternal
    UNION ALL SELECT 'pg_policy'::regclass, p.oid, c.relnamespace FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    UNION ALL SELECT 'pg_rewrite'::regclass, w.oid, c.relnamespace FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class
        WHERE w.rulename <> '_RETURN'
    UNION ALL SELECT 'pg_namespace'::regclass, n.oid, n.oid FROM pg_namespace n
    UNION ALL SELECT 'pg_extension'::regclass, e.oid, e.extnamespace FROM pg_extension e
) o
JOIN pg_namespace n ON n.oid = o.namespace
CROSS JOIN LATERAL (SELECT {ns}.guard_definition(o.class, o.object) AS definition) d
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND d.definition IS NOT NULL
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.object AND e.deptype = 'e');
