-- base
CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, b int, c text, j json, ts timestamptz);
CREATE TABLE s (id bigint PRIMARY KEY, a int);
CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
CREATE SEQUENCE q;
CREATE VIEW v AS SELECT 1 AS a;
CREATE ROLE pgkeel_newer_syntax;
CREATE ROLE pgkeel_newer_syntax_other;
CREATE EXTENSION btree_gist;
-- 15
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE;
-- 15
WITH x AS (SELECT 1 AS id) MERGE INTO t USING x ON t.id = x.id WHEN MATCHED THEN DELETE;
-- 15
DO $$ BEGIN IF true THEN MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE; END IF; END $$;
-- 17
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE RETURNING t.id;
-- 17
MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE;
-- 15
CREATE TABLE n (a int, UNIQUE NULLS NOT DISTINCT (a));
-- 15
CREATE UNIQUE INDEX n ON t (b) NULLS NOT DISTINCT;
-- 15
ALTER TABLE t ADD CONSTRAINT n UNIQUE NULLS NOT DISTINCT (b);
-- 18
CREATE TABLE n (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
-- 18
CREATE TABLE n (a int, b int GENERATED ALWAYS AS (a * 2));
-- 18
ALTER TABLE t ADD COLUMN v int GENERATED ALWAYS AS (a * 2);
-- 18
CREATE TABLE n (id int, r tstzrange, PRIMARY KEY (id, r WITHOUT OVERLAPS));
-- 18
CREATE TABLE n (id int, r tstzrange, PRIMARY KEY (id, r WITHOUT OVERLAPS)); CREATE TABLE m (id int, r tstzrange, FOREIGN KEY (id, PERIOD r) REFERENCES n (id, PERIOD r));
-- 18
ALTER TABLE t ADD CONSTRAINT n CHECK (b > 0) NOT ENFORCED;
-- 18
ALTER TABLE t ADD CONSTRAINT n NOT NULL b;
-- 18
ALTER TABLE t ADD CONSTRAINT n NOT NULL b NOT VALID;
-- 18
ALTER TABLE t ADD NOT NULL b NOT VALID;
-- 18
INSERT INTO t (id, a) VALUES (1, 1) RETURNING new.id;
-- 18
UPDATE t SET a = 2 RETURNING old.a, new.a;
-- 18
DELETE FROM t RETURNING WITH (OLD AS o) o.a;
-- 17
SELECT * FROM JSON_TABLE('[1]'::jsonb, '$[*]' COLUMNS (x int PATH '$')) AS k;
-- 17
SELECT JSON_EXISTS(j::jsonb, '$.a') FROM t;
-- 17
SELECT JSON_QUERY(j::jsonb, '$.a') FROM t;
-- 17
SELECT JSON_VALUE(j::jsonb, '$.a') FROM t;
-- 17
SELECT JSON_SCALAR(1);
-- 17
SELECT JSON_SERIALIZE('1'::json);
-- 16
SELECT JSON_ARRAY(1, 2);
-- 16
SELECT JSON_ARRAYAGG(a) FROM t;
-- 16
SELECT JSON_OBJECTAGG(c : a) FROM t;
-- 16
SELECT JSON_OBJECT('a' : 1);
-- 16
SELECT c IS JSON FROM t;
-- 16
ALTER TABLE t ADD CHECK (c IS NOT JSON OBJECT);
-- 15
ALTER TABLE t SET ACCESS METHOD heap;
-- 17
ALTER TABLE t SET ACCESS METHOD DEFAULT;
-- 17
ALTER TABLE g ALTER COLUMN b SET EXPRESSION AS (a * 3);
-- 15
CREATE VIEW n WITH (security_invoker = true) AS SELECT 1 AS a;
-- 15
CREATE TABLE n (id bigint PRIMARY KEY, x bigint, y bigint, FOREIGN KEY (x) REFERENCES t (id) ON DELETE SET NULL (x));
-- 15
CREATE DATABASE pgkeel_newer_syntax_a STRATEGY wal_log;
-- 15
CREATE PUBLICATION n FOR TABLES IN SCHEMA public;
-- 15
CREATE PUBLICATION n FOR TABLE t WHERE (id > 0);
-- 15
CREATE PUBLICATION n FOR TABLE t (id);
-- 18
CREATE PUBLICATION n FOR ALL TABLES WITH (publish_generated_columns = stored);
-- 18
ALTER TABLE t ALTER COLUMN c SET DEFAULT uuidv7();
-- 17
COPY t FROM '/dev/null' WITH (ON_ERROR ignore, LOG_VERBOSITY verbose);
-- 16
COPY t (c) FROM '/dev/null' WITH (DEFAULT '\D');
-- 17
GRANT MAINTAIN ON t TO pgkeel_newer_syntax;
-- 17
GRANT SELECT, MAINTAIN ON t TO pgkeel_newer_syntax;
-- 15
GRANT SET ON PARAMETER work_mem TO pgkeel_newer_syntax;
-- 16
GRANT pgkeel_newer_syntax TO pgkeel_newer_syntax_other WITH INHERIT FALSE;
-- 16
GRANT pgkeel_newer_syntax TO pgkeel_newer_syntax_other WITH SET TRUE;
-- 15
CREATE UNLOGGED SEQUENCE n;
-- 15
ALTER SEQUENCE q SET UNLOGGED;
-- 16
CREATE TABLE n (a text STORAGE EXTERNAL);
-- 16
SELECT system_user;
-- 16
SELECT any_value(a) FROM t;
-- 16
SELECT array_shuffle(ARRAY[1, 2]), array_sample(ARRAY[1, 2], 1);
-- 16
SELECT random_normal();
-- 15
SELECT regexp_like('a', 'a'), regexp_count('a', 'a'), regexp_instr('a', 'a'), regexp_substr('a', 'a');
-- 16
SELECT date_add(now(), '1 day'::interval, 'UTC'), date_subtract(now(), '1 day'::interval, 'UTC'), pg_input_is_valid('1', 'int');
-- 17
SELECT to_bin(1), to_oct(1);
-- 17
SELECT uuid_extract_version(gen_random_uuid()), uuid_extract_timestamp(gen_random_uuid());
-- 18
SELECT casefold('A');
-- 18
SELECT array_sort(ARRAY[2, 1]), array_reverse(ARRAY[1]), gamma(1), uuidv4();
-- 18
SELECT crc32('a'::bytea);
-- 17
SELECT ts AT LOCAL FROM t;
-- 16
CREATE STATISTICS ON a, b FROM t;
-- 17
ALTER TABLE t ALTER COLUMN a SET STATISTICS DEFAULT;
-- 15
ALTER VIEW v SET (security_invoker = true);
-- 14
CREATE VIEW k AS SELECT 1 AS security_invoker;
-- 14
UPDATE t AS new SET a = 1 RETURNING new.a;
-- 14
CREATE TABLE gamma (crc32 int PRIMARY KEY); INSERT INTO gamma (crc32) VALUES (1); CREATE INDEX ON gamma (crc32);
-- 14
CREATE TABLE merge (old int, new int, period int, virtual int, storage text, strategy text, enforced boolean, json_table text, any_value int, maintain int, uuidv7 uuid);
-- 14
CREATE TABLE x (old int, new int); UPDATE x SET old = 1 RETURNING old, new;
-- 14
CREATE TABLE x (origin text, failover int, default_value int); SELECT x.origin FROM x;
-- 14
CREATE FUNCTION uuidv7() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()'; CREATE TABLE x (id uuid DEFAULT uuidv7());
-- 14
CREATE FUNCTION any_value(a int) RETURNS int LANGUAGE sql AS 'SELECT a'; SELECT any_value(1);
-- 14
CREATE TABLE x (a int GENERATED ALWAYS AS IDENTITY, b int, c int GENERATED ALWAYS AS (b + 1) STORED);
-- 14
SELECT 'MERGE INTO t USING s', "system_user" FROM (SELECT 1 AS "system_user") AS k;
-- 14
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO s (id, a) VALUES (1, 2) RETURNING a INTO NEW.a; RETURN NEW; END $$;
-- 14
CREATE RULE r AS ON UPDATE TO s DO INSTEAD UPDATE t SET a = NEW.a WHERE id = OLD.id;
-- 14
ALTER TABLE t ALTER COLUMN c SET STORAGE EXTERNAL;
-- 14
COMMENT ON TABLE t IS 'ON_ERROR, NOT ENFORCED';
-- 14
SELECT json_object('{a, 1}');
