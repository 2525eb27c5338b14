-- The rights that are missing, of those that pending statements take: index, what it is about, who has the right.
-- Access privilege inquiry functions: documentation section 9.26, table 9.71.
WITH needed AS MATERIALIZED (
    SELECT n.index, n.kind, n.privilege, n.name,
           CASE WHEN n.kind IN ('relation', 'table') THEN pg_catalog.to_regclass(n.name) END AS relation,
           CASE WHEN n.kind = 'type' THEN pg_catalog.to_regtype(n.name) END AS type
    FROM (VALUES {rights}) AS n (index, kind, privilege, name)
)
SELECT n.index, c.oid::pg_catalog.regclass::text, pg_catalog.pg_get_userbyid(c.relowner)
FROM needed n JOIN pg_catalog.pg_class c ON c.oid = n.relation
WHERE n.kind = 'relation' AND NOT pg_catalog.pg_has_role(current_user, c.relowner, 'USAGE')
UNION ALL
SELECT n.index, c.oid::pg_catalog.regclass::text, pg_catalog.pg_get_userbyid(c.relowner)
FROM needed n JOIN pg_catalog.pg_class c ON c.oid = n.relation
WHERE n.kind = 'table' AND c.relkind IN ('r', 'p', 'v', 'f') AND NOT pg_catalog.has_table_privilege(c.oid, n.privilege)
    AND NOT CASE WHEN n.privilege IN ('INSERT', 'UPDATE', 'REFERENCES')
        THEN pg_catalog.has_any_column_privilege(c.oid, n.privilege) ELSE false END
UNION ALL
SELECT n.index, t.oid::pg_catalog.regtype::text, pg_catalog.pg_get_userbyid(t.typowner)
FROM needed n JOIN pg_catalog.pg_type t ON t.oid = n.type
WHERE NOT pg_catalog.pg_has_role(current_user, t.typowner, 'USAGE')
UNION ALL
SELECT n.index, s.nspname, pg_catalog.pg_get_userbyid(s.nspowner)
FROM needed n JOIN pg_catalog.pg_namespace s ON s.nspname = coalesce(n.name, pg_catalog.current_schema())
WHERE n.kind = 'create' AND NOT pg_catalog.has_schema_privilege(s.oid, 'CREATE')
    OR n.kind = 'namespace' AND NOT pg_catalog.pg_has_role(current_user, s.nspowner, 'USAGE')
UNION ALL
SELECT n.index, d.datname, pg_catalog.pg_get_userbyid(d.datdba)
FROM needed n JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
WHERE n.kind = 'database' AND NOT pg_catalog.has_database_privilege(d.oid, 'CREATE')
UNION ALL
SELECT n.index, r.rolname, ''
FROM needed n JOIN pg_catalog.pg_roles r ON r.rolname = current_user
WHERE NOT r.rolsuper AND (n.kind = 'createrole' AND NOT r.rolcreaterole OR n.kind = 'createdb' AND NOT r.rolcreatedb
    OR n.kind = 'superuser')
ORDER BY 1
