-- What stands in the way of changing tables: sessions and prepared transactions that hold them, and how large those are
-- that will be written anew. One row per fact.
-- pg_locks, pg_stat_activity, pg_prepared_xacts: documentation chapters 27 and 54.
WITH concerned AS MATERIALIZED (
    SELECT c.oid, c.oid::pg_catalog.regclass::text AS name
    FROM (SELECT DISTINCT (SELECT CASE WHEN pg_catalog.cardinality(p) = 1 THEN pg_catalog.to_regclass(v.name)::oid
        ELSE (SELECT k.oid FROM pg_catalog.pg_class k JOIN pg_catalog.pg_namespace s ON s.oid = k.relnamespace
            WHERE s.nspname = p[pg_catalog.cardinality(p) - 1] AND k.relname = p[pg_catalog.cardinality(p)]) END
        FROM pg_catalog.parse_ident(v.name, false) p) AS oid FROM (VALUES {tables}) AS v (name)) t
    JOIN pg_catalog.pg_class c ON c.oid = t.oid
)
SELECT DISTINCT CASE WHEN a.query LIKE 'autovacuum:%to prevent wraparound%' THEN 'wraparound' ELSE 'busy' END, t.name,
       a.pid::text, pg_catalog.format('%s (%s) of %s, %s since %s: ', a.pid, a.application_name, a.usename, a.state,
           pg_catalog.to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), a.query
FROM concerned t JOIN pg_catalog.pg_locks l ON l.relation = t.oid AND l.granted
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid AND a.pid <> pg_catalog.pg_backend_pid()
WHERE a.query LIKE 'autovacuum:%to prevent wraparound%'
   OR a.xact_start < pg_catalog.clock_timestamp() - interval '10 seconds' AND a.backend_type = 'client backend'
UNION ALL
SELECT DISTINCT 'prepared', t.name, p.gid,
       pg_catalog.to_char(p.prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''
FROM concerned t JOIN pg_catalog.pg_locks l ON l.relation = t.oid AND l.granted AND l.pid IS NULL
JOIN pg_catalog.pg_locks x ON x.pid IS NULL AND x.virtualtransaction = l.virtualtransaction AND x.locktype = 'transactionid'
JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = x.transactionid AND p.database = pg_catalog.current_database()
