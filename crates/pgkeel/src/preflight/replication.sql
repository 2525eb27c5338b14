-- Standbys that replay late, and replication slots for which much of the log is kept. Who may not see statistics sees none.
-- pg_stat_replication, pg_replication_slots: documentation sections 27.2.4 and 53.20.
SELECT 'standby', r.application_name, coalesce(extract(epoch FROM r.replay_lag)::bigint::text, '0'),
       pg_catalog.pg_size_pretty(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn))
FROM pg_catalog.pg_stat_replication r
WHERE r.replay_lag > interval '30 seconds'
   OR pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn) > 134217728
UNION ALL
SELECT 'slot', s.slot_name, '0',
       pg_catalog.pg_size_pretty(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn))
FROM pg_catalog.pg_replication_slots s
WHERE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn) > 1073741824
