SET LOCAL search_path = pg_catalog;
SELECT to_jsonb(session) FROM (
  SELECT a.pid, a.application_name AS application, coalesce(a.usename::text, '') AS role, coalesce(a.state, '') AS state,
         coalesce(extract(epoch FROM clock_timestamp() - a.xact_start)::float8, 0) AS open_s,
         w.waiting_s, w.wants, b.blocked_by, coalesce(h.holds, '{}') AS holds,
         left(a.query, 1000) AS statement, p.phase, p.percent
    FROM pg_stat_activity a
   CROSS JOIN LATERAL (SELECT CASE WHEN a.wait_event_type = 'Lock' THEN pg_blocking_pids(a.pid) ELSE '{}' END AS blocked_by) b
    LEFT JOIN LATERAL (
      SELECT extract(epoch FROM clock_timestamp() - min(l.waitstart))::float8 AS waiting_s,
             min(l.mode || ' on ' || coalesce(n.nspname || '.' || c.relname, l.locktype)) AS wants
        FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE l.pid = a.pid AND NOT l.granted) w ON true
    LEFT JOIN LATERAL (
      SELECT array_agg(l.mode || ' on ' || n.nspname || '.' || c.relname ORDER BY l.mode, n.nspname, c.relname) AS holds
        FROM (SELECT l.mode, l.relation FROM pg_locks l WHERE l.pid = a.pid AND l.granted AND l.locktype = 'relation'
                 AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock', 'ShareUpdateExclusiveLock')
               LIMIT 20) l
        JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname <> 'pg_catalog') h ON true
    LEFT JOIN LATERAL (
      SELECT phase, CASE WHEN total > 0 THEN least(100, 100.0 * done / total) END::float8 AS percent FROM (
        SELECT command || ': ' || phase AS phase, CASE WHEN tuples_total > 0 THEN tuples_done ELSE blocks_done END AS done,
               CASE WHEN tuples_total > 0 THEN tuples_total ELSE blocks_total END AS total
          FROM pg_stat_progress_create_index WHERE pid = a.pid
        UNION ALL SELECT command || ': ' || phase, heap_blks_scanned, heap_blks_total FROM pg_stat_progress_cluster WHERE pid = a.pid
        UNION ALL SELECT 'VACUUM: ' || phase, heap_blks_scanned, heap_blks_total FROM pg_stat_progress_vacuum WHERE pid = a.pid
        UNION ALL SELECT 'ANALYZE: ' || phase, sample_blks_scanned, sample_blks_total FROM pg_stat_progress_analyze WHERE pid = a.pid
        UNION ALL SELECT command || ': ' || type, bytes_processed, bytes_total FROM pg_stat_progress_copy WHERE pid = a.pid
      ) progress LIMIT 1) p ON true
   WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type IN ('client backend', 'autovacuum worker')
     AND (a.state IS DISTINCT FROM 'idle' OR a.application_name LIKE 'pgkeel%' AND h.holds IS NOT NULL)
   ORDER BY cardinality(b.blocked_by) > 0 DESC, a.xact_start NULLS LAST, a.pid
   LIMIT 60
) session
