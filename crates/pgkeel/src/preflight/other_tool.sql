-- Advisory locks of this database that other migration tools are known by: their keys are constants, or constants times
-- a checksum of the database's name.
SELECT DISTINCT t.tool, a.pid, coalesce(a.application_name, ''), coalesce(a.usename, '')
FROM (
    SELECT l.pid, l.classid::bigint << 32 | l.objid::bigint AS key FROM pg_catalog.pg_locks l
    WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
        AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
) k
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN k.key = 72707369 THEN 'Prisma'
        WHEN k.key = 75474063 THEN 'Sqitch'
        WHEN k.key = 4036779288569897133 THEN 'reshape'
        WHEN k.key = 12388221127840347 THEN 'pgroll'
        WHEN k.key BETWEEN 77431708279161 - 2147483648 AND 77431708279161 + 2147483647 THEN 'Flyway'
        WHEN k.key > 4294967295 AND k.key % 2053462845 = 0 AND k.key / 2053462845 <= 4294967295 THEN 'Rails'
        WHEN k.key > 4294967295 AND k.key % 1026731422 = 0 AND k.key / 1026731422 <= 4294967295 THEN 'sqlx'
    END
) t (tool)
JOIN pg_catalog.pg_stat_activity a ON a.pid = k.pid
WHERE t.tool IS NOT NULL
ORDER BY 2
