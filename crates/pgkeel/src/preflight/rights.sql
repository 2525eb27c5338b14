-- The rights that are missing, of those that pending statements take: index, what it is about, who has the right.
-- Access privilege inquiry functions: documentation section 9.26, table 9.71. A qualified name is looked up in the catalog:
-- to_regclass and its kin fail where the role may not use the namespace.
WITH needed AS MATERIALIZED (
    SELECT n.index, n.kind, n.privilege, n.name,
           CASE WHEN n.kind IN ('relation', 'table', 'any', 'maintain', 'tend', 'hand on')
               THEN (SELECT CASE WHEN pg_catalog.cardinality(p) = 1 THEN pg_catalog.to_regclass(n.name)::oid
                   ELSE (SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
                       WHERE s.nspname = p[pg_catalog.cardinality(p) - 1] AND c.relname = p[pg_catalog.cardinality(p)]) END
                   FROM pg_catalog.parse_ident(n.name, false) p) END AS relation,
           CASE WHEN n.kind = 'type'
               THEN (SELECT CASE WHEN pg_catalog.cardinality(p) = 1 THEN pg_catalog.to_regtype(n.name)::oid
                   ELSE (SELECT t.oid FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace
                       WHERE s.nspname = p[pg_catalog.cardinality(p) - 1] AND t.typname = p[pg_catalog.cardinality(p)]) END
                   FROM pg_catalog.parse_ident(n.name, false) p) END AS type,
           CASE WHEN n.kind = 'routine' THEN pg_catalog.parse_ident(n.name, false) END AS routine
    FROM (VALUES {rights}) AS n (index, kind, privilege, name)
), me AS MATERIALIZED (
    SELECT r.* FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
), relations AS MATERIALIZED (
    SELECT n.index, n.kind, n.privilege, c.oid, c.relkind, s.nspname, c.relname,
           pg_catalog.pg_has_role(current_user, c.relowner, 'USAGE') AS own, pg_catalog.pg_get_userbyid(c.relowner) AS owner,
           coalesce((SELECT i.indrelid FROM pg_catalog.pg_index i WHERE i.indexrelid = c.oid), c.oid) AS of
    FROM needed n JOIN pg_catalog.pg_class c ON c.oid = n.relation JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
)
SELECT r.index, CASE WHEN pg_catalog.pg_table_is_visible(r.oid) THEN pg_catalog.quote_ident(r.relname)
        ELSE pg_catalog.format('%I.%I', r.nspname, r.relname) END, r.owner
FROM relations r
WHERE NOT r.own AND CASE r.kind
    WHEN 'relation' THEN true
    WHEN 'table' THEN r.relkind IN ('r', 'p', 'v', 'f', 'm') AND NOT pg_catalog.has_table_privilege(r.oid, r.privilege)
        AND NOT CASE WHEN r.privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
            THEN pg_catalog.has_any_column_privilege(r.oid, r.privilege) ELSE false END
    WHEN 'any' THEN r.relkind IN ('r', 'p', 'v', 'f') AND NOT pg_catalog.has_table_privilege(r.oid, r.privilege)
        AND NOT pg_catalog.has_any_column_privilege(r.oid, 'INSERT, UPDATE')
    WHEN 'maintain' THEN NOT CASE WHEN r.privilege <> '' THEN pg_catalog.has_table_privilege(r.of, r.privilege) ELSE false END
    WHEN 'tend' THEN NOT CASE WHEN r.privilege <> '' THEN pg_catalog.has_table_privilege(r.of, r.privilege) ELSE false END
        AND (SELECT r.nspname = 'pg_catalog' OR NOT pg_catalog.pg_has_role(current_user, d.datdba, 'USAGE')
            FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
    -- A namespace of the same name may be what is meant.
    ELSE r.relkind IN ('r', 'p', 'v', 'f', 'm') AND NOT EXISTS (SELECT FROM pg_catalog.pg_namespace x WHERE x.nspname = r.relname)
        AND NOT pg_catalog.has_table_privilege(r.oid, 'SELECT WITH GRANT OPTION, INSERT WITH GRANT OPTION, UPDATE WITH GRANT '
            'OPTION, DELETE WITH GRANT OPTION, TRUNCATE WITH GRANT OPTION, REFERENCES WITH GRANT OPTION, TRIGGER WITH GRANT OPTION')
        AND NOT pg_catalog.has_any_column_privilege(r.oid, 'SELECT WITH GRANT OPTION, INSERT WITH GRANT OPTION, UPDATE WITH '
            'GRANT OPTION, REFERENCES WITH GRANT OPTION')
    END
UNION ALL
SELECT n.index, pg_catalog.format_type(t.oid, NULL), pg_catalog.pg_get_userbyid(t.typowner)
FROM needed n JOIN pg_catalog.pg_type t ON t.oid = n.type
WHERE NOT pg_catalog.pg_has_role(current_user, t.typowner, 'USAGE')
UNION ALL
SELECT n.index, n.name, min(pg_catalog.pg_get_userbyid(f.proowner))
FROM needed n JOIN pg_catalog.pg_proc f ON f.proname = n.routine[pg_catalog.cardinality(n.routine)]
JOIN pg_catalog.pg_namespace s ON s.oid = f.pronamespace
WHERE n.kind = 'routine' AND CASE WHEN pg_catalog.cardinality(n.routine) = 1 THEN pg_catalog.pg_function_is_visible(f.oid)
    ELSE s.nspname = n.routine[pg_catalog.cardinality(n.routine) - 1] END
GROUP BY n.index, n.name HAVING NOT pg_catalog.bool_or(pg_catalog.pg_has_role(current_user, f.proowner, 'USAGE'))
UNION ALL
SELECT n.index, s.nspname, pg_catalog.pg_get_userbyid(s.nspowner)
FROM needed n JOIN pg_catalog.pg_namespace s ON s.nspname = coalesce(n.name, pg_catalog.current_schema())
WHERE n.kind = 'create' AND NOT pg_catalog.has_schema_privilege(s.oid, 'CREATE')
    OR n.kind = 'usage' AND NOT pg_catalog.has_schema_privilege(s.oid, 'USAGE')
    OR n.kind = 'namespace' AND NOT pg_catalog.pg_has_role(current_user, s.nspowner, 'USAGE')
UNION ALL
SELECT n.index, d.datname, pg_catalog.pg_get_userbyid(d.datdba)
FROM needed n JOIN pg_catalog.pg_database d ON d.datname = coalesce(n.name, pg_catalog.current_database())
WHERE n.kind = 'database' AND NOT pg_catalog.has_database_privilege(d.oid, 'CREATE')
    OR n.kind = 'own database' AND NOT pg_catalog.pg_has_role(current_user, d.datdba, 'USAGE')
UNION ALL
SELECT n.index, me.rolname, ''
FROM needed n CROSS JOIN me
WHERE NOT me.rolsuper AND (n.kind = 'createrole' AND NOT me.rolcreaterole OR n.kind = 'createdb' AND NOT me.rolcreatedb
    OR n.kind = 'superuser')
UNION ALL
SELECT n.index, r.rolname, me.rolname
FROM needed n CROSS JOIN me JOIN pg_catalog.pg_roles r ON r.rolname = n.name
WHERE NOT me.rolsuper AND CASE n.kind
    WHEN 'role' THEN NOT pg_catalog.pg_has_role(current_user, r.oid, n.privilege)
    -- Everybody may alter some of what is his own.
    WHEN 'alter role' THEN r.rolname <> me.rolname AND NOT (me.rolcreaterole AND NOT r.rolsuper
        AND (n.privilege = '' OR pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER WITH ADMIN OPTION')))
    WHEN 'grant role' THEN NOT pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER WITH ADMIN OPTION')
        AND NOT (n.privilege = '' AND me.rolcreaterole AND NOT r.rolsuper)
    ELSE false END
UNION ALL
SELECT n.index, l.lanname, me.rolname
FROM needed n CROSS JOIN me JOIN pg_catalog.pg_language l ON l.lanname = n.name
WHERE n.kind = 'language' AND NOT me.rolsuper
    AND (NOT l.lanpltrusted OR NOT pg_catalog.has_language_privilege(l.oid, 'USAGE'))
ORDER BY 1
