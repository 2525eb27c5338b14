-- lock: ShareLock on public.t at 3
-- safe has: REINDEX TABLE CONCURRENTLY t
REINDEX TABLE t;
