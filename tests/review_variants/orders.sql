-- A shop: quoted and qualified names, several actions in one statement, DO blocks, comments in the middle.
-- base
CREATE SCHEMA app;
CREATE TABLE app."User" (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), "firstName" varchar(50) NOT NULL, email text, amount numeric(10,2), meta json, "createdAt" timestamp, age int, code varchar(20) UNIQUE);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL REFERENCES app."User"(id) ON DELETE CASCADE, total numeric(10,2) NOT NULL, status varchar(20), note text);
CREATE INDEX orders_user ON orders (user_id);
CREATE TABLE ev (id bigint NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE MATERIALIZED VIEW mv AS SELECT id, total FROM orders;
CREATE UNIQUE INDEX mv_id ON mv (id);
CREATE VIEW v_users AS SELECT id, "firstName" FROM app."User";
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."createdAt" = now(); RETURN NEW; END $$;
CREATE TYPE mood AS ENUM ('sad','ok');
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE TABLE d (id int PRIMARY KEY, p posint);
CREATE SEQUENCE s1;
-- bad: create-index-blocking
CREATE INDEX ON app."User" (email);
-- bad: create-index-blocking
create /* x */ unique
-- hi
index "I" on ONLY orders using btree (total) where total>0;
-- bad: create-index-blocking
DO $$ BEGIN CREATE INDEX i ON orders(total); END $$;
-- bad: create-index-blocking
DO $do$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_class WHERE relname='i') THEN CREATE INDEX i ON orders(total); END IF; END $do$;
-- bad: create-index-blocking
SET search_path = app; CREATE INDEX IF NOT EXISTS i ON "User"(email);
-- bad: create-index-blocking
CREATE INDEX i ON mv (total);
-- bad: create-index-blocking
CREATE INDEX x ON ev (at);
-- good: create-index-blocking
CREATE TABLE n (a int PRIMARY KEY, b int); CREATE INDEX ON n (b);
-- good: create-index-blocking
-- pgkeel: transaction=off
CREATE INDEX CONCURRENTLY i ON orders (total);
-- good: create-index-blocking
BEGIN; CREATE TABLE "N" (a int PRIMARY KEY); CREATE INDEX ON "N"(a); COMMIT;
-- good: create-index-blocking
CREATE TABLE app.n AS SELECT * FROM orders; CREATE INDEX ON app.n (id);
-- good: create-index-blocking
CREATE TEMP TABLE t (a int); CREATE INDEX ON t(a);
-- good: create-index-blocking
DO $$ BEGIN CREATE TABLE n (a int PRIMARY KEY); CREATE INDEX ON n(a); END $$;
-- good: create-index-blocking
SELECT * INTO n2 FROM orders; CREATE INDEX ON n2(id);
-- good: create-index-blocking
CREATE MATERIALIZED VIEW m2 AS SELECT 1 AS a; CREATE UNIQUE INDEX ON m2 (a);
-- good: create-index-blocking
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SELECT 1 $$;
-- bad: drop-index-blocking
DROP INDEX orders_user;
-- bad: drop-index-blocking
DROP INDEX IF EXISTS public."orders_user" CASCADE;
-- bad: drop-index-blocking
DO $$ BEGIN DROP INDEX orders_user; END $$;
-- good: drop-index-blocking
-- pgkeel: transaction=off
DROP INDEX CONCURRENTLY IF EXISTS orders_user;
-- good: drop-index-blocking
CREATE TABLE n(a int primary key); create index ni on n(a); DROP INDEX ni;
-- bad: set-not-null-scan
ALTER TABLE app."User" ALTER email SET NOT NULL;
-- bad: set-not-null-scan
ALTER TABLE IF EXISTS ONLY app."User" ADD COLUMN x int, ALTER COLUMN "email" SET NOT NULL;
-- bad: set-not-null-scan
do $$begin alter table orders alter column note set not null; end$$;
-- good: set-not-null-scan
ALTER TABLE orders ALTER user_id SET NOT NULL;
-- good: set-not-null-scan
CREATE TABLE n (a int); ALTER TABLE n ALTER a SET NOT NULL;
-- good: set-not-null-scan
ALTER TABLE orders ADD CONSTRAINT nn CHECK (note IS NOT NULL) NOT VALID;
-- good: set-not-null-scan
-- file: 001_before.sql
ALTER TABLE orders ADD CONSTRAINT nn CHECK (note IS NOT NULL) NOT VALID;
-- file: 002_step.sql
ALTER TABLE orders VALIDATE CONSTRAINT nn; ALTER TABLE orders ALTER note SET NOT NULL; ALTER TABLE orders DROP CONSTRAINT nn;
-- good: set-not-null-scan
-- file: 001_before.sql
ALTER TABLE orders ADD CONSTRAINT nn CHECK ("note" IS NOT NULL AND length(note) < 10);
-- file: 002_step.sql
ALTER TABLE orders ALTER note SET NOT NULL;
-- bad: set-not-null-scan
-- file: 001_before.sql
ALTER TABLE orders ADD CONSTRAINT nn CHECK (note IS NOT NULL OR total > 1);
-- file: 002_step.sql
ALTER TABLE orders ALTER note SET NOT NULL;
-- bad: add-column-volatile-default
ALTER TABLE orders ADD COLUMN x uuid DEFAULT gen_random_uuid();
-- bad: add-column-volatile-default
ALTER TABLE orders ADD x timestamptz NOT NULL DEFAULT clock_timestamp(), ADD y int;
-- bad: add-column-volatile-default
ALTER TABLE orders ADD COLUMN IF NOT EXISTS "X" double precision DEFAULT (random() * 10);
-- bad: add-column-volatile-default
ALTER TABLE orders ADD COLUMN x bigint DEFAULT nextval('s1');
-- bad: add-column-volatile-default
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; ALTER TABLE orders ADD x int DEFAULT f();
-- good: add-column-volatile-default
ALTER TABLE orders ADD COLUMN x timestamptz NOT NULL DEFAULT now();
-- good: add-column-volatile-default
ALTER TABLE orders ADD COLUMN x timestamptz DEFAULT CURRENT_TIMESTAMP + interval '1 day';
-- good: add-column-volatile-default
ALTER TABLE orders ADD COLUMN x text DEFAULT lower('A') || 'b';
-- good: add-column-volatile-default
ALTER TABLE orders ADD COLUMN x jsonb NOT NULL DEFAULT '{}'::jsonb;
-- good: add-column-volatile-default
ALTER TABLE orders ADD x int[] DEFAULT ARRAY[]::int[];
-- good: add-column-volatile-default
CREATE FUNCTION f() RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT 1 $$; ALTER TABLE orders ADD x int DEFAULT f();
-- good: add-column-volatile-default
ALTER TABLE orders ADD x text DEFAULT current_user;
-- good: add-column-volatile-default
ALTER TABLE orders ADD x date DEFAULT (now() AT TIME ZONE 'utc')::date;
-- good: add-column-volatile-default
ALTER TABLE orders ADD x text DEFAULT current_setting('app.x', true);
-- good: add-column-volatile-default
ALTER TABLE orders ADD x timestamp DEFAULT timezone('utc', now());
-- good: add-column-volatile-default
ALTER TABLE orders ADD x tsvector DEFAULT to_tsvector('english', '');
-- good: add-column-volatile-default
ALTER TABLE orders ADD x jsonb DEFAULT jsonb_build_object('a', 1);
-- bad: alter-column-type-rewrite
ALTER TABLE app."User" ALTER age TYPE bigint;
-- bad: alter-column-type-rewrite
ALTER TABLE app."User" ALTER COLUMN "meta" SET DATA TYPE jsonb USING meta::jsonb;
-- bad: alter-column-type-rewrite
ALTER TABLE orders ALTER total TYPE numeric(10,4);
-- bad: alter-column-type-rewrite
ALTER TABLE orders ALTER total TYPE money USING total::money;
-- bad: alter-column-type-rewrite
ALTER TABLE orders ALTER status TYPE mood USING status::mood;
-- bad: alter-column-type-rewrite
ALTER TABLE orders ADD z int, ALTER note TYPE varchar(5);
-- bad: alter-column-type-rewrite
ALTER TABLE orders ALTER status TYPE text USING upper(status);
-- bad: alter-column-type-rewrite
ALTER TABLE orders ALTER COLUMN status TYPE char(20);
-- bad: alter-column-type-rewrite
ALTER TABLE ev ALTER id TYPE int;
-- good: alter-column-type-rewrite
ALTER TABLE app."User" ALTER "firstName" TYPE varchar(100);
-- good: alter-column-type-rewrite
ALTER TABLE app."User" ALTER "firstName" TYPE text;
-- good: alter-column-type-rewrite
ALTER TABLE orders ALTER total TYPE numeric(14,2);
-- good: alter-column-type-rewrite
ALTER TABLE orders ALTER total TYPE numeric;
-- good: alter-column-type-rewrite
ALTER TABLE orders ALTER status TYPE text USING status::text;
-- good: alter-column-type-rewrite
ALTER TABLE orders ALTER status TYPE varchar;
-- good: alter-column-type-rewrite
ALTER TABLE orders ALTER status TYPE character varying(20);
-- good: alter-column-type-rewrite
CREATE TABLE n (a int); ALTER TABLE n ALTER a TYPE bigint;
-- good: alter-column-type-rewrite
ALTER TABLE orders ALTER COLUMN note TYPE varchar;
-- bad: type-narrowing
ALTER TABLE app."User" ALTER "firstName" TYPE varchar(10);
-- bad: type-narrowing
ALTER TABLE orders ALTER note TYPE varchar(10) USING substr(note,1,10);
-- bad: type-narrowing
ALTER TABLE orders ALTER total TYPE numeric(8,2);
-- bad: type-narrowing
ALTER TABLE ev ALTER id TYPE integer;
-- bad: add-check-validates
ALTER TABLE orders ADD CHECK (total>0);
-- bad: add-check-validates
ALTER TABLE ONLY public.orders ADD CONSTRAINT "C" CHECK (total>0) , ADD x int;
-- bad: add-check-validates
ALTER TABLE orders ADD COLUMN x int DEFAULT 1 CHECK (x > 0);
-- bad: add-check-validates
ALTER TABLE orders ADD COLUMN x int CHECK (x > 0);
-- good: add-check-validates
ALTER TABLE orders ADD CONSTRAINT c CHECK (total>0) NOT VALID;
-- good: add-check-validates
CREATE TABLE n (a int CHECK (a>0)); ALTER TABLE n ADD CHECK (a>1);
-- good: add-check-validates
ALTER TABLE orders ADD CONSTRAINT c CHECK (total>0) NOT ENFORCED;
-- bad: add-foreign-key-validates
ALTER TABLE d ADD FOREIGN KEY (id) REFERENCES orders;
-- bad: add-foreign-key-validates
ALTER TABLE d ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES public."orders" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
-- bad: add-foreign-key-validates
DO $$ BEGIN ALTER TABLE d ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES orders(id); EXCEPTION WHEN duplicate_object THEN null; END $$;
-- good: add-foreign-key-validates
ALTER TABLE d ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES orders NOT VALID;
-- good: add-foreign-key-validates
CREATE TABLE n (a bigint); ALTER TABLE n ADD FOREIGN KEY (a) REFERENCES orders;
-- good: add-foreign-key-validates
ALTER TABLE d ADD COLUMN o bigint REFERENCES orders(id);
-- bad: add-unique-builds-index
ALTER TABLE orders ADD UNIQUE (note);
-- bad: add-unique-builds-index
ALTER TABLE orders ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (note, status);
-- bad: add-unique-builds-index
ALTER TABLE orders ADD COLUMN x int UNIQUE;
-- bad: add-unique-builds-index
alter table app."User" add constraint "u" unique ("email");
-- good: add-unique-builds-index
ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX iu;
-- good: add-unique-builds-index
CREATE TABLE n (a int UNIQUE, UNIQUE(a)); ALTER TABLE n ADD UNIQUE (a);
-- bad: add-primary-key-builds-index
ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (note);
-- bad: add-primary-key-builds-index
ALTER TABLE orders ADD COLUMN k int PRIMARY KEY;
-- bad: add-primary-key-builds-index
ALTER TABLE orders ADD CONSTRAINT x PRIMARY KEY (id, total);
-- good: add-primary-key-builds-index
ALTER TABLE orders ADD CONSTRAINT x PRIMARY KEY USING INDEX y;
-- good: add-primary-key-builds-index
CREATE TABLE n(a int); ALTER TABLE n ADD PRIMARY KEY (a);
-- bad: add-exclusion-constraint
CREATE EXTENSION btree_gist; ALTER TABLE orders ADD EXCLUDE USING gist (id WITH =);
-- bad: add-exclusion-constraint
ALTER TABLE orders ADD CONSTRAINT e EXCLUDE USING gist (id WITH =) WHERE (total>0);
-- bad: drop-table
DROP TABLE orders;
-- bad: drop-table
DROP TABLE IF EXISTS app."User", orders CASCADE;
-- bad: drop-table
DO $$ BEGIN DROP TABLE orders; END $$;
-- good: drop-table
CREATE TEMP TABLE x (a int); DROP TABLE x;
-- good: drop-table
CREATE TABLE x (a int); DROP TABLE x;
-- good: drop-table
DROP TABLE IF EXISTS nothing_there; CREATE TABLE nothing_there (id int primary key);
-- bad: drop-column
ALTER TABLE orders DROP note;
-- bad: drop-column
ALTER TABLE IF EXISTS app."User" ADD x int, DROP COLUMN IF EXISTS "firstName" CASCADE;
-- good: drop-column
CREATE TABLE n(a int,b int); ALTER TABLE n DROP b;
-- bad: rename-column
ALTER TABLE orders RENAME note TO notes;
-- bad: rename-column
ALTER TABLE app."User" RENAME COLUMN "firstName" TO first_name;
-- bad: rename-column
ALTER VIEW v_users RENAME COLUMN "firstName" TO fn;
-- bad: rename-column
ALTER TABLE orders RENAME note TO notes; ALTER TABLE orders ADD COLUMN note text;
-- good: rename-column
ALTER TABLE orders RENAME note TO notes; ALTER TABLE orders ADD COLUMN note text GENERATED ALWAYS AS (notes) STORED;
-- bad: replace-definition
CREATE OR REPLACE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
-- bad: replace-definition
CREATE OR REPLACE RULE r AS ON INSERT TO orders DO INSTEAD NOTHING;
-- bad: replace-definition
CREATE OR REPLACE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
-- good: replace-definition
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
-- bad: revoke-rights
ALTER GROUP writers DROP USER app, worker;
-- good: revoke-rights
ALTER GROUP writers ADD USER app;
-- bad: rename-table
ALTER TABLE orders RENAME TO o;
-- bad: rename-table
ALTER TABLE IF EXISTS app."User" RENAME TO users;
-- good: rename-table
CREATE TABLE n (a int primary key); ALTER TABLE n RENAME TO n2;
-- good: rename-table
ALTER TABLE orders RENAME TO o2; CREATE VIEW orders AS SELECT * FROM o2;
-- bad: add-required-column
ALTER TABLE orders ADD COLUMN x int NOT NULL;
-- bad: add-required-column
ALTER TABLE app."User" ADD "X" text NOT NULL CHECK ("X" <> '');
-- bad: add-required-column
ALTER TABLE orders ADD a int, ADD COLUMN IF NOT EXISTS b text NOT NULL;
-- good: add-required-column
ALTER TABLE orders ADD x int NOT NULL DEFAULT 0;
-- good: add-required-column
ALTER TABLE orders ADD x bigint GENERATED ALWAYS AS IDENTITY;
-- good: add-required-column
ALTER TABLE orders ADD x bigserial NOT NULL;
-- good: add-required-column
ALTER TABLE orders ADD x numeric NOT NULL GENERATED ALWAYS AS (total*2) STORED;
-- bad: delete-without-where
DELETE FROM orders;
-- bad: delete-without-where
DELETE FROM ONLY app."User" AS u WHERE true;
-- bad: delete-without-where
DELETE FROM orders WHERE 1=1;
-- bad: delete-without-where
DELETE FROM orders WHERE 1 = 1 OR id > 3;
-- bad: delete-without-where
WITH x AS (SELECT 1) DELETE FROM orders;
-- bad: delete-without-where
DO $$ BEGIN DELETE FROM orders; END $$;
-- good: delete-without-where
DELETE FROM orders WHERE id=1;
-- good: delete-without-where
DELETE FROM orders USING d WHERE d.id=orders.id;
-- good: delete-without-where
CREATE TEMP TABLE x(a int); DELETE FROM x;
-- good: delete-without-where
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM orders; END $$;
-- bad: update-without-where
UPDATE orders SET note=null;
-- bad: update-without-where
UPDATE app."User" u SET age=1 WHERE TRUE;
-- bad: update-without-where
WITH x AS (UPDATE orders SET note='' RETURNING 1) SELECT * FROM x;
-- bad: truncate-table
TRUNCATE orders;
-- bad: truncate-table
TRUNCATE TABLE ONLY app."User", orders RESTART IDENTITY;
-- bad: truncate-cascade
TRUNCATE app."User" CASCADE;
-- bad: concurrently-on-partitioned
-- pgkeel: transaction=off
CREATE INDEX CONCURRENTLY x ON ev (id);
-- bad: cannot-run-in-transaction
BEGIN; CREATE INDEX CONCURRENTLY x ON orders (note); COMMIT;
-- bad: cannot-run-in-transaction
BEGIN; ALTER SYSTEM SET work_mem=1; COMMIT;
-- bad: cannot-run-in-transaction
BEGIN; REINDEX TABLE CONCURRENTLY orders; COMMIT;
-- bad: cannot-run-in-transaction
BEGIN;ALTER TABLE ev DETACH PARTITION ev_1 CONCURRENTLY;COMMIT;
-- bad: cannot-run-in-transaction
DO $$ BEGIN CREATE INDEX CONCURRENTLY x ON orders(note); END $$;
-- bad: create-partition-locks-parent
CREATE TABLE ev_2 PARTITION OF ev FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
-- bad: create-partition-locks-parent
CREATE TABLE IF NOT EXISTS public."ev_2" PARTITION OF public.ev DEFAULT;
-- good: create-partition-locks-parent
CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- bad: attach-partition-scan
CREATE TABLE e3 (LIKE ev INCLUDING ALL); INSERT INTO e3 VALUES (1,now()); ALTER TABLE ev ATTACH PARTITION orders DEFAULT;
-- bad: attach-partition-scan
ALTER TABLE ev ATTACH PARTITION d FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
-- bad: detach-partition-blocking
ALTER TABLE ev DETACH PARTITION ev_1;
-- bad: refresh-matview-blocking
REFRESH MATERIALIZED VIEW mv;
-- bad: refresh-matview-blocking
refresh materialized view public."mv" with data;
-- good: refresh-matview-blocking
REFRESH MATERIALIZED VIEW CONCURRENTLY mv;
-- good: refresh-matview-blocking
CREATE MATERIALIZED VIEW m2 AS SELECT 1 WITH NO DATA; REFRESH MATERIALIZED VIEW m2;
-- bad: column-has-dependents
ALTER TABLE app."User" ALTER "firstName" TYPE varchar(100);
-- bad: column-has-dependents
ALTER TABLE app."User" DROP "firstName";
-- bad: column-has-dependents
ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,2);
-- good: column-has-dependents
DROP VIEW v_users; ALTER TABLE app."User" ALTER "firstName" TYPE varchar(100); CREATE VIEW v_users AS SELECT id, "firstName" FROM app."User";
-- good: column-has-dependents
ALTER TABLE app."User" ALTER email TYPE varchar;
-- good: column-has-dependents
ALTER TABLE app."User" ALTER "firstName" SET DEFAULT '';
-- bad: missing-extension
CREATE INDEX ON orders USING gin (note gin_trgm_ops);
-- bad: missing-extension
CREATE TABLE n (a citext);
-- bad: missing-extension
ALTER TABLE orders ADD x public.citext;
-- bad: missing-extension
SELECT uuid_generate_v4();
-- bad: missing-extension
CREATE TABLE n (id uuid DEFAULT uuid_generate_v4() PRIMARY KEY);
-- bad: missing-extension
ALTER TABLE orders ADD COLUMN e vector(3);
-- bad: missing-extension
CREATE INDEX i ON orders USING GIN (lower(note) "gin_trgm_ops");
-- bad: missing-extension
ALTER TABLE orders ADD EXCLUDE USING gist (total WITH =);
-- bad: missing-extension
CREATE TABLE n (a text DEFAULT crypt('a', gen_salt('bf')));
-- bad: missing-extension
CREATE TABLE g (p geometry(Point,4326));
-- bad: missing-extension
CREATE TABLE n (h hstore, l ltree);
-- good: missing-extension
CREATE EXTENSION IF NOT EXISTS "uuid-ossp"; SELECT uuid_generate_v4();
-- good: missing-extension
CREATE EXTENSION pg_trgm WITH SCHEMA app; CREATE INDEX ON orders USING gin (note app.gin_trgm_ops);
-- good: missing-extension
SELECT gen_random_uuid();
-- good: missing-extension
DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS citext; END $$; CREATE TABLE n (a citext primary key);
-- bad: trigger-function-missing
CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION nosuch();
-- bad: trigger-function-missing
CREATE CONSTRAINT TRIGGER t AFTER UPDATE ON orders DEFERRABLE FOR EACH ROW EXECUTE PROCEDURE app.touch();
-- good: trigger-function-missing
CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
-- good: trigger-function-missing
CREATE OR REPLACE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE PROCEDURE public.touch();
-- good: trigger-function-missing
CREATE TRIGGER tsv BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(note, 'pg_catalog.english', note);
-- good: trigger-function-missing
CREATE TRIGGER z BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
-- bad: add-required-column
CREATE TABLE fresh (id bigint PRIMARY KEY); INSERT INTO fresh VALUES (1); ALTER TABLE fresh ADD COLUMN email text NOT NULL;
-- good: add-required-column
CREATE TABLE fresh (id bigint PRIMARY KEY); INSERT INTO fresh VALUES (1); TRUNCATE fresh; ALTER TABLE fresh ADD COLUMN email text NOT NULL;
-- good: policy-dropped
CREATE POLICY p_new ON orders USING (id > 0); DROP POLICY IF EXISTS p ON orders; ALTER POLICY p_new ON orders RENAME TO p;
-- bad: policy-dropped
DROP POLICY p ON orders;
-- good: statement-after-access-exclusive
DROP TABLE d; UPDATE orders SET note = '' WHERE id = 1;
-- bad: statement-after-access-exclusive
ALTER TABLE d ADD COLUMN x int; UPDATE orders SET note = '' WHERE id = 1;
-- good: statement-after-access-exclusive
ALTER TABLE orders ADD COLUMN x int; DO $$ BEGIN IF EXISTS (SELECT 1 FROM information_schema.columns) THEN PERFORM 1; END IF; END $$;
-- bad: delete-without-where
DELETE FROM orders WHERE NOT false;
-- bad: delete-without-where
DELETE FROM orders WHERE null IS NULL;
-- good: update-without-where
UPDATE orders SET note = '' WHERE 1 = 1 AND id = 5;
-- good: update-without-where
UPDATE orders SET note = '' WHERE false OR id = 5;
-- bad: update-without-where
UPDATE orders SET note = '' WHERE 'x' <> 'y';
-- good: definer-search-path
CREATE FUNCTION sd() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'select 1'; ALTER FUNCTION sd() SET search_path = '';
-- bad: definer-search-path
ALTER FUNCTION touch() SECURITY DEFINER;
-- good: definer-search-path
ALTER FUNCTION touch() SET search_path = pg_catalog; ALTER FUNCTION touch() SECURITY DEFINER;
-- good: unknown-object
WITH gone AS (SELECT 1 AS id) SELECT * FROM gone JOIN orders USING (id);
-- bad: unknown-object
WITH gone AS (SELECT * FROM gone) SELECT * FROM gone;
-- good: unknown-object
CREATE VIEW big AS WITH RECURSIVE tree AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM tree) SELECT * FROM tree;
-- good: unknown-object
SELECT setval('orders_id_seq', last_value) FROM orders_id_seq;
-- good: unknown-object
SELECT * FROM generate_series(1, 3) AS n, LATERAL (SELECT n) AS m, json_to_recordset('[]') AS x(a int);
-- bad: unknown-object
DROP INDEX orders_usr;
-- good: unknown-object
ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
-- bad: unknown-object
ALTER TABLE orders DROP CONSTRAINT orders_user_fkey;
-- good: session-setting-leaks
SELECT set_config('search_path', 'app', true);
-- bad: session-setting-leaks
SELECT pg_catalog.set_config('search_path', '', false);
-- good: truncate-cascade
TRUNCATE d CASCADE;
-- bad: truncate-table
TRUNCATE d CASCADE;
-- bad: truncate-cascade
TRUNCATE app."User" CASCADE;
-- good: truncate-table
TRUNCATE app."User" CASCADE;
