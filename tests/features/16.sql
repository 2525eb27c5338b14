CREATE TABLE u (a text STORAGE EXTERNAL)
CREATE TABLE u (a text STORAGE PLAIN)
CREATE TABLE u (a text STORAGE EXTENDED)
CREATE TABLE u (a text STORAGE MAIN)
ALTER TABLE t ALTER c SET STORAGE DEFAULT
CREATE TABLE u (a text CHECK (a IS JSON))
ALTER TABLE t ADD CHECK (c IS JSON OBJECT)
SELECT '{}' IS NOT JSON
CREATE STATISTICS ON a, b FROM t
CREATE STATISTICS (ndistinct) ON a, b FROM t
CREATE STATISTICS (dependencies) ON a, b FROM t
CREATE STATISTICS (mcv) ON a, b FROM t
GRANT pg_monitor TO postgres WITH INHERIT TRUE
GRANT pg_monitor TO postgres WITH SET FALSE
GRANT pg_monitor TO postgres WITH ADMIN FALSE
GRANT pg_monitor TO postgres WITH ADMIN TRUE
REVOKE INHERIT OPTION FOR pg_monitor FROM postgres
REVOKE SET OPTION FOR pg_monitor FROM postgres
VACUUM (BUFFER_USAGE_LIMIT '1MB') t
VACUUM (SKIP_DATABASE_STATS) t
VACUUM (ONLY_DATABASE_STATS)
VACUUM (PROCESS_MAIN false) t
ANALYZE (BUFFER_USAGE_LIMIT '1MB') t
CREATE SUBSCRIPTION nobody CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, password_required = false)
CREATE SUBSCRIPTION nobody CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, run_as_owner = true)
CREATE DATABASE d LOCALE_PROVIDER icu ICU_LOCALE 'en' ICU_RULES '' TEMPLATE template0 ENCODING 'NOTHING'
CREATE TABLE u (a int DEFAULT 0b101, b int DEFAULT 1_000)
SELECT any_value(a) FROM t
SELECT array_sample(ARRAY[1, 2], 1)
SELECT array_shuffle(ARRAY[1, 2])
SELECT date_add(now(), interval '1 day')
SELECT date_subtract(now(), interval '1 day')
SELECT json_array(1, 2)
SELECT json_arrayagg(a) FROM t
SELECT json_objectagg('a': a) FROM t
SELECT pg_input_is_valid('1', 'integer')
SELECT random_normal()
