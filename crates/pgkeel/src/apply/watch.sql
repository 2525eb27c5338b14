-- What process {pid} waits for, and how far it is. One row per blocker, one per progress report.
-- pg_blocking_pids: documentation section 9.26; pg_stat_progress_*: section 27.4.
SELECT 'blocker', b.pid::text, coalesce(a.application_name, ''), coalesce(a.usename::text, ''), coalesce(a.state, ''),
       coalesce(pg_catalog.to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''),
       coalesce(a.query, '')
FROM (SELECT DISTINCT pid FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids({pid})) AS blocking (pid)) b
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
UNION ALL
SELECT 'progress', phase, CASE WHEN total > 0 THEN least(100, done * 100 / total)::text END, '', '', '', ''
FROM (
    SELECT p.phase, CASE WHEN p.tuples_total > 0 THEN p.tuples_done WHEN p.blocks_total > 0 THEN p.blocks_done
                    ELSE p.lockers_done END AS done,
           CASE WHEN p.tuples_total > 0 THEN p.tuples_total WHEN p.blocks_total > 0 THEN p.blocks_total
           ELSE p.lockers_total END AS total
    FROM pg_catalog.pg_stat_progress_create_index p WHERE p.pid = {pid}
    UNION ALL
    SELECT p.phase, p.heap_blks_scanned, p.heap_blks_total FROM pg_catalog.pg_stat_progress_cluster p WHERE p.pid = {pid}
    UNION ALL
    SELECT p.phase, p.heap_blks_scanned, p.heap_blks_total FROM pg_catalog.pg_stat_progress_vacuum p WHERE p.pid = {pid}
    UNION ALL
    SELECT p.phase, p.sample_blks_scanned, p.sample_blks_total FROM pg_catalog.pg_stat_progress_analyze p WHERE p.pid = {pid}
    UNION ALL
    SELECT 'copying', p.bytes_processed, p.bytes_total FROM pg_catalog.pg_stat_progress_copy p WHERE p.pid = {pid}
) AS progress
UNION ALL
-- The number of its transaction as pg_xact_status takes it: that of the next one tells the epoch.
SELECT 'transaction', (n.next - ((n.next - a.backend_xid::text::bigint) & 4294967295))::text, '', '', '', '', ''
FROM pg_catalog.pg_stat_activity a
CROSS JOIN (SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint AS next) n
WHERE a.pid = {pid} AND a.backend_xid IS NOT NULL
