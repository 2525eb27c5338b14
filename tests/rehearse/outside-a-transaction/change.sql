-- pgkeel: transaction=off
-- lock: AccessExclusiveLock on public.t at 7
-- lock: ShareUpdateExclusiveLock on public.t at 8
-- lock: AccessExclusiveLock on public.t at 9
-- lock: AccessExclusiveLock on public.t at 10
-- note has: pg_repack
ALTER TABLE t ADD COLUMN m int;
CREATE INDEX CONCURRENTLY t_n ON t (n);
CLUSTER t USING t_pkey;
VACUUM FULL t;
