-- How much space tables take that will be written anew, and where the server keeps its data, as far as this role may know.
-- A change of type writes nothing when the types are stored alike: pg_cast, castmethod 'b' (documentation section 53.10).
WITH rewritten AS MATERIALIZED (
    SELECT r.index, r.kind, c.oid, c.relpersistence, c.reltablespace, r.column_name, pg_catalog.to_regtype(r.type_name) AS type
    FROM (VALUES {rewrites}) AS r (index, name, kind, column_name, type_name)
    JOIN pg_catalog.pg_class c ON c.oid = (SELECT CASE WHEN pg_catalog.cardinality(p) = 1 THEN pg_catalog.to_regclass(r.name)::oid
        ELSE (SELECT k.oid FROM pg_catalog.pg_class k JOIN pg_catalog.pg_namespace s ON s.oid = k.relnamespace
            WHERE s.nspname = p[pg_catalog.cardinality(p) - 1] AND k.relname = p[pg_catalog.cardinality(p)]) END
        FROM pg_catalog.parse_ident(r.name, false) p)
)
SELECT r.index, r.oid::pg_catalog.regclass::text, pg_catalog.pg_total_relation_size(r.oid),
       pg_catalog.pg_size_pretty(pg_catalog.pg_total_relation_size(r.oid)),
       CASE WHEN pg_catalog.pg_has_role(current_user, 'pg_read_all_settings', 'USAGE')
                AND (pg_catalog.inet_server_addr() IS NULL OR pg_catalog.inet_server_addr() = pg_catalog.inet_client_addr())
            THEN coalesce(NULLIF(pg_catalog.pg_tablespace_location(r.reltablespace), ''),
                pg_catalog.current_setting('data_directory')) END
FROM rewritten r
WHERE r.kind = 'always' OR r.kind = 'logged' AND r.relpersistence <> 'p' OR r.kind = 'unlogged' AND r.relpersistence = 'p'
   OR r.kind = 'type' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid AND a.attname = r.column_name AND NOT a.attisdropped
            AND r.type IS NOT NULL AND a.atttypid <> r.type AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_cast k
                WHERE k.castsource = a.atttypid AND k.casttarget = r.type AND k.castmethod = 'b'))
ORDER BY 1
