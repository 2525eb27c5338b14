ALTER TABLE g ALTER COLUMN b SET EXPRESSION AS (a + 2)
ALTER TABLE t ALTER a SET STATISTICS DEFAULT
ALTER TABLE t SET ACCESS METHOD DEFAULT
MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE RETURNING t.a
MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED BY SOURCE THEN DELETE
SELECT * FROM JSON_TABLE('[1]'::jsonb, '$[*]' COLUMNS (a int PATH '$')) AS j
CREATE EVENT TRIGGER e ON login EXECUTE FUNCTION made()
GRANT MAINTAIN ON t TO PUBLIC
REVOKE MAINTAIN ON t FROM PUBLIC
COPY t FROM '/nowhere' WITH (ON_ERROR ignore)
COPY t FROM '/nowhere' WITH (LOG_VERBOSITY verbose)
SELECT now() AT LOCAL
SET transaction_timeout = 0
SET LOCAL transaction_timeout = 0
CREATE SUBSCRIPTION nobody CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, failover = true)
SELECT json_exists('{}'::jsonb, '$')
SELECT json_query('{}'::jsonb, '$')
SELECT json_scalar(1)
SELECT json_serialize('{}'::json)
SELECT json_value('1'::jsonb, '$')
SELECT to_bin(1)
SELECT to_oct(1)
SELECT unicode_assigned('a')
SELECT uuid_extract_timestamp(gen_random_uuid())
SELECT uuid_extract_version(gen_random_uuid())
