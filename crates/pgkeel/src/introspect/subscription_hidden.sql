-- Subscriptions of this database, for who may not read connection strings: only that they are there.
SELECT s.subname::text AS name
FROM pg_subscription s
JOIN pg_database d ON d.oid = s.subdbid AND d.datname = current_database()
