-- A clinic: keys, checks, views, policies, functions.
-- base
CREATE SCHEMA app;
CREATE TABLE customer (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code varchar(50) UNIQUE NOT NULL, name text NOT NULL);
CREATE TABLE "order" (id bigint PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customer(id) ON DELETE CASCADE);
CREATE TABLE ticket (id bigint PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customer(id) ON DELETE CASCADE);
CREATE TABLE visit (id bigint PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customer(id) ON DELETE CASCADE, status varchar(6), "createdAt" timestamptz NOT NULL DEFAULT now());
CREATE TABLE child (id bigint PRIMARY KEY, big bigint, v varchar(20));
CREATE TABLE ev (id bigint NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TYPE mood AS ENUM ('sad','ok');
CREATE FUNCTION f1(a int) RETURNS int LANGUAGE sql AS 'select 1';
CREATE VIEW v1 AS SELECT id, code FROM customer;
CREATE VIEW v2 AS SELECT * FROM v1;
CREATE FUNCTION upd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE customer SET name = NEW.v WHERE code = NEW.v; RETURN NEW; END $$;
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT current_setting('app.t')::uuid $$;
CREATE TABLE doc (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, body text);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY; ALTER TABLE doc FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON doc USING (tenant_id = tenant());
CREATE TABLE doc2 (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, body text);
ALTER TABLE doc2 ENABLE ROW LEVEL SECURITY; ALTER TABLE doc2 FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON doc2 USING (tenant_id = tenant());
-- bad: fk-breaks-precedent
CREATE TABLE inv (id bigint PRIMARY KEY, "customerId" varchar(50) NOT NULL);
-- bad: fk-breaks-precedent
CREATE TABLE inv (id bigint PRIMARY KEY, customer_code varchar(50), customer_id varchar(50) REFERENCES customer(code));
-- bad: fk-breaks-precedent
ALTER TABLE child ADD COLUMN customer_id text;
-- bad: fk-breaks-precedent
CREATE TABLE inv (id bigint PRIMARY KEY, customer_uuid varchar(36));
-- bad: fk-breaks-precedent
CREATE TABLE inv (id int primary key, customer_id int not null);
-- good: fk-breaks-precedent
CREATE TABLE inv (id bigint PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customer);
-- good: fk-breaks-precedent
CREATE TABLE inv (id bigint PRIMARY KEY, stripe_customer_id text);
-- good: fk-breaks-precedent
CREATE TABLE inv (id bigint PRIMARY KEY, external_customer_id varchar(50));
-- good: fk-breaks-precedent
CREATE TABLE inv (id bigint PRIMARY KEY, customer_code varchar(50) NOT NULL REFERENCES customer(code));
-- bad: fk-type-mismatch
CREATE TABLE x (id bigint PRIMARY KEY, c int REFERENCES child(id));
-- bad: fk-type-mismatch
ALTER TABLE child ADD FOREIGN KEY (v) REFERENCES customer(code) NOT VALID;
-- bad: fk-type-mismatch
ALTER TABLE child ADD o int, ADD CONSTRAINT fx FOREIGN KEY (o) REFERENCES "order"(id);
-- bad: fk-type-mismatch
CREATE TABLE x (id int primary key, c varchar(50), FOREIGN KEY (c) REFERENCES customer);
-- good: fk-type-mismatch
CREATE TABLE x (id bigint PRIMARY KEY, c int8 REFERENCES child(id));
-- good: fk-type-mismatch
CREATE TABLE x (id bigint PRIMARY KEY, c bigserial REFERENCES child(id));
-- good: fk-type-mismatch
CREATE TABLE x (id int primary key, c character varying(50) REFERENCES customer(code));
-- bad: fk-no-on-delete
CREATE TABLE x (id int primary key, c uuid REFERENCES customer);
-- bad: fk-no-on-delete
ALTER TABLE child ADD CONSTRAINT q FOREIGN KEY (big) REFERENCES "order" ON UPDATE CASCADE NOT VALID;
-- good: fk-no-on-delete
CREATE TABLE x (id int primary key, c uuid REFERENCES customer ON UPDATE CASCADE ON DELETE RESTRICT);
-- good: fk-no-on-delete
CREATE TABLE x (id int primary key, c uuid REFERENCES customer ON /* c */ delete
 no action);
-- bad: fk-without-index
CREATE TABLE x (id int primary key, c uuid REFERENCES customer ON DELETE CASCADE);
-- bad: fk-without-index
CREATE TABLE x (id int primary key, c uuid REFERENCES customer, d int); CREATE INDEX ON x (d, c);
-- bad: fk-without-index
CREATE TABLE x (id int primary key, c uuid REFERENCES customer, d int); CREATE INDEX ON x (c) WHERE d > 1;
-- bad: fk-without-index
CREATE TABLE x (id int primary key, c uuid REFERENCES customer, d int); CREATE INDEX ON x (lower(c::text));
-- bad: fk-without-index
CREATE TABLE x (id int primary key, c uuid REFERENCES customer); CREATE INDEX ON x USING brin (c);
-- good: fk-without-index
CREATE TABLE x (id int primary key, c uuid REFERENCES customer); CREATE INDEX ON x (c);
-- good: fk-without-index
CREATE TABLE x (c uuid PRIMARY KEY REFERENCES customer);
-- good: fk-without-index
CREATE TABLE x (c uuid REFERENCES customer, d int, PRIMARY KEY (c,d));
-- good: fk-without-index
CREATE TABLE x (id int primary key, c uuid UNIQUE REFERENCES customer);
-- good: fk-without-index
CREATE TABLE x (id int primary key, c uuid REFERENCES customer); CREATE INDEX i ON "x" USING hash (c);
-- good: fk-without-index
CREATE TABLE x (id int primary key, c uuid REFERENCES customer); CREATE INDEX i ON x (c) WHERE c IS NOT NULL;
-- good: fk-without-index
CREATE TABLE x (a int, b int, PRIMARY KEY (a,b)); CREATE TABLE y (id int primary key, b int, a int, FOREIGN KEY (a,b) REFERENCES x); CREATE INDEX ON y (b,a);
-- bad: check-literal-too-long
ALTER TABLE visit ADD CONSTRAINT c CHECK (status IN ('open','suspended')) NOT VALID;
-- bad: check-literal-too-long
CREATE TABLE x (id int primary key, s varchar(3) CHECK (s = ANY (ARRAY['abcd','a'])));
-- bad: check-literal-too-long
CREATE TABLE x (id int primary key, "S" character varying(3), CONSTRAINT c CHECK ("S" = 'abc' OR "S" = 'abcde'));
-- bad: check-literal-too-long
ALTER TABLE visit ADD CHECK ((status)::text = ANY ((ARRAY['active'::character varying,'suspended'::character varying])::text[]));
-- bad: check-literal-too-long
ALTER TABLE visit ADD COLUMN s char(2) CHECK (s IN ('abc'));
-- bad: check-literal-too-long
CREATE DOMAIN dd AS varchar(3); CREATE TABLE x (id int primary key, s dd CHECK (s IN ('abcd')));
-- good: check-literal-too-long
ALTER TABLE visit ADD CONSTRAINT c CHECK (status IN ('open','closed')) NOT VALID;
-- good: check-literal-too-long
CREATE TABLE x (id int primary key, s varchar(3) CHECK (s IN ('äöü')));
-- good: check-literal-too-long
CREATE TABLE x (id int primary key, s varchar(3) CHECK (s ~ '^[a-z]{3}$'), t text CHECK (t in ('abcdefg')));
-- good: check-literal-too-long
CREATE TABLE x (id int primary key, s varchar(3) CHECK (s NOT IN ('abcd')));
-- good: check-literal-too-long
CREATE TABLE x (id int primary key, s varchar(3) CHECK (s <> 'abcd'));
-- good: check-literal-too-long
CREATE TABLE x (id int primary key, s varchar(3), t text, CHECK (s = 'abc' AND t = 'abcdef'));
-- bad: default-violates-column
CREATE TABLE x (id int primary key, s varchar(3) DEFAULT 'abcd');
-- bad: default-violates-column
ALTER TABLE visit ALTER status SET DEFAULT 'suspended';
-- bad: default-violates-column
CREATE TABLE x (id int primary key, s text DEFAULT 'a' CHECK (s IN ('b','c')));
-- bad: default-violates-column
ALTER TABLE visit ADD s varchar(4) NOT NULL DEFAULT 'draft'::character varying;
-- bad: default-violates-column
CREATE TABLE x (id int primary key, n int NOT NULL DEFAULT NULL);
-- good: default-violates-column
CREATE TABLE x (id int primary key, s varchar(3) DEFAULT 'abc'::varchar);
-- good: default-violates-column
CREATE TABLE x (id int primary key, s text DEFAULT 'b' CHECK (s IN ('b','c')));
-- good: default-violates-column
CREATE TABLE x (id int primary key, s varchar(5) DEFAULT lower('ABCDEFG'));
-- bad: constraint-loses-values
-- file: 001_before.sql
ALTER TABLE visit ADD CONSTRAINT st CHECK (status IN ('a','b'));
-- file: 002_step.sql
ALTER TABLE visit DROP CONSTRAINT st; ALTER TABLE visit ADD CONSTRAINT st CHECK (status IN ('a','c'));
-- bad: constraint-loses-values
-- file: 001_before.sql
ALTER TABLE visit ADD CHECK (status IN ('a','b'));
-- file: 002_step.sql
ALTER TABLE visit DROP CONSTRAINT IF EXISTS visit_status_check, ADD CONSTRAINT st2 CHECK (status = ANY (ARRAY['a','c']));
-- good: constraint-loses-values
-- file: 001_before.sql
ALTER TABLE visit ADD CONSTRAINT st CHECK (status IN ('a','b'));
-- file: 002_step.sql
ALTER TABLE visit DROP CONSTRAINT st; ALTER TABLE visit ADD CONSTRAINT st CHECK (status IN ('a','b','c'));
-- bad: table-has-dependents
DROP TABLE customer;
-- bad: table-has-dependents
DROP VIEW v1;
-- bad: drop-cascade
DROP TABLE customer CASCADE;
-- bad: drop-cascade
DROP VIEW v1 CASCADE;
-- bad: drop-cascade
ALTER TABLE customer DROP COLUMN code CASCADE;
-- bad: drop-cascade
DROP SCHEMA app CASCADE;
-- bad: drop-cascade
DROP TYPE mood CASCADE;
-- bad: column-has-dependents
ALTER TABLE customer DROP COLUMN code;
-- bad: column-has-dependents
ALTER TABLE public."customer" ALTER "code" TYPE text;
-- bad: column-has-dependents
ALTER TABLE ONLY doc DROP tenant_id;
-- bad: column-has-dependents
ALTER TABLE doc ALTER tenant_id TYPE text;
-- bad: function-body-breaks
ALTER TABLE customer DROP COLUMN name;
-- bad: function-body-breaks
ALTER TABLE customer RENAME name TO title;
-- bad: function-body-breaks
ALTER TABLE customer RENAME TO customers;
-- bad: function-body-breaks
DROP TABLE customer CASCADE;
-- bad: function-body-breaks
CREATE TABLE tally (id bigint PRIMARY KEY, customer_id uuid, visits int);
CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE tally t SET visits = visits + 1 WHERE t.id = 1; RETURN NEW; END $$;
ALTER TABLE tally DROP COLUMN id;
-- good: function-body-breaks
CREATE TABLE tally (id bigint PRIMARY KEY, customer_id uuid, visits int);
CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE tally t SET visits = visits + 1 FROM customer c WHERE t.customer_id = c.id AND c.id = NEW.id; RETURN NEW; END $$;
ALTER TABLE tally DROP COLUMN id;
-- bad: function-body-breaks
CREATE FUNCTION named() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM visit WHERE visit.status = NEW.big::text; RETURN NEW; END $$;
CREATE TRIGGER named BEFORE UPDATE ON child FOR EACH ROW EXECUTE FUNCTION named();
ALTER TABLE visit RENAME status TO state;
-- bad: tenant-table-without-row-security
CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
-- bad: tenant-table-without-row-security
CREATE TABLE app."Notes" (id bigint PRIMARY KEY, "tenantId" uuid NOT NULL);
-- good: tenant-table-without-row-security
CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id uuid NOT NULL); ALTER TABLE notes ENABLE ROW LEVEL SECURITY; ALTER TABLE notes FORCE ROW LEVEL SECURITY; CREATE POLICY n ON notes USING (tenant_id = tenant());
-- good: tenant-table-without-row-security
CREATE TABLE notes (id bigint PRIMARY KEY);
-- bad: timestamp-nullable
CREATE TABLE x (id int primary key, created_at timestamptz DEFAULT now());
-- bad: timestamp-nullable
CREATE TABLE x (id int primary key, "updatedAt" timestamptz NOT NULL);
-- bad: timestamp-nullable
ALTER TABLE child ADD created_at timestamptz;
-- bad: prefer-timestamptz
CREATE TABLE x (id int primary key, created_at timestamp without time zone NOT NULL DEFAULT now());
-- bad: prefer-timestamptz
ALTER TABLE child ADD a timestamp(3);
-- bad: missing-comment
CREATE TABLE x (id int primary key);
-- bad: rollback-missing
CREATE TABLE x (id int primary key);
-- bad: replace-view-incompatible
CREATE OR REPLACE VIEW v1 AS SELECT code, id FROM customer;
-- bad: replace-view-incompatible
CREATE OR REPLACE VIEW public.v1 AS SELECT id FROM customer;
-- bad: replace-view-incompatible
CREATE OR REPLACE VIEW v1 (a,b) AS SELECT id, code FROM customer;
-- good: replace-view-incompatible
CREATE OR REPLACE VIEW v1 AS SELECT id, code, name FROM customer;
-- good: replace-view-incompatible
CREATE OR REPLACE VIEW v1 AS SELECT c.id, c.code FROM customer c JOIN visit ON true;
-- bad: replace-function-incompatible
CREATE OR REPLACE FUNCTION f1(a int) RETURNS text LANGUAGE sql AS 'select 1::text';
-- bad: replace-function-incompatible
CREATE OR REPLACE FUNCTION f1(b int) RETURNS int LANGUAGE sql AS 'select 1';
-- bad: function-overload-left
CREATE OR REPLACE FUNCTION f1(a int, b int) RETURNS int LANGUAGE sql AS 'select 1';
-- bad: if-not-exists-hides-drift
CREATE TABLE IF NOT EXISTS child (id bigint PRIMARY KEY, other text);
-- bad: if-not-exists-hides-drift
ALTER TABLE child ADD COLUMN IF NOT EXISTS v text;
-- bad: already-exists
CREATE TABLE child (id bigint PRIMARY KEY);
-- bad: already-exists
CREATE VIEW v1 AS SELECT 1 AS a;
-- bad: already-exists
CREATE INDEX x ON child(big); CREATE INDEX x ON child(v);
-- bad: already-exists
ALTER TABLE child ADD v text;
-- bad: already-exists
CREATE TYPE mood AS ENUM ();
-- bad: unknown-object
ALTER TABLE nope ADD x int;
-- bad: unknown-object
ALTER TABLE child DROP COLUMN nope;
-- bad: unknown-object
ALTER TABLE child ALTER nope SET NOT NULL;
-- bad: unknown-object
CREATE INDEX ON child (nope);
-- bad: unknown-object
COMMENT ON COLUMN child.nope IS 'x';
-- bad: unknown-object
INSERT INTO nope VALUES (1);
-- bad: unknown-object
CREATE VIEW vv AS SELECT * FROM nope;
-- bad: unknown-object
ALTER TABLE child DROP CONSTRAINT nope;
-- bad: unknown-object
DROP INDEX nope;
-- bad: unknown-object
SELECT * FROM nope;
-- bad: unknown-object
CREATE TABLE x (id int primary key, c int REFERENCES nope);
-- bad: enum-value-used-in-same-transaction
ALTER TYPE mood ADD VALUE 'meh'; CREATE TABLE m (id int primary key, m mood DEFAULT 'meh');
-- bad: enum-value-used-in-same-transaction
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'meh' AFTER 'sad'; INSERT INTO child (id) SELECT 1 WHERE 'meh'::mood = 'sad';
-- bad: definer-search-path
CREATE FUNCTION sd() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'select 1';
-- bad: definer-search-path
ALTER FUNCTION f1(int) SECURITY DEFINER;
-- good: definer-search-path
CREATE FUNCTION sd() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'select 1';
-- good: definer-search-path
CREATE FUNCTION sd() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'select 1' SET search_path TO pg_catalog, public;
-- bad: grant-to-public
GRANT ALL ON child TO PUBLIC;
-- bad: grant-to-public
GRANT SELECT ON ALL TABLES IN SCHEMA app TO public;
-- bad: grant-to-public
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
-- bad: policy-always-true
CREATE POLICY q ON doc USING (true);
-- bad: policy-always-true
CREATE POLICY q ON doc FOR INSERT WITH CHECK (TRUE);
-- bad: policy-always-true
ALTER POLICY p ON doc USING ((1=1));
-- bad: row-security-disabled
ALTER TABLE doc DISABLE ROW LEVEL SECURITY;
-- bad: row-security-disabled
ALTER TABLE doc ADD z int, NO FORCE ROW LEVEL SECURITY;
-- bad: redundant-index
CREATE INDEX a ON "order" (customer_id); CREATE INDEX b ON "order" (customer_id, id);
-- bad: redundant-index
CREATE INDEX a ON child (big) ; CREATE INDEX b ON child USING btree (big ASC);
-- good: redundant-index
CREATE INDEX a ON child (big) WHERE v = 'a'; CREATE INDEX b ON child (big);
-- good: redundant-index
CREATE UNIQUE INDEX a ON child (big); CREATE INDEX b ON child (big, v);
-- good: redundant-index
CREATE INDEX a ON child (big DESC); CREATE INDEX b ON child (big, v);
-- bad: drop-and-recreate
DROP TABLE child; CREATE TABLE child (id bigint PRIMARY KEY);
-- bad: drop-and-recreate
DROP TABLE IF EXISTS public.child CASCADE; CREATE TABLE child (id bigint PRIMARY KEY);
-- bad: fk-set-null-on-not-null
CREATE TABLE x (id int primary key, c uuid NOT NULL REFERENCES customer ON DELETE SET NULL);
-- bad: not-valid-on-partitioned
-- settings: server 15
ALTER TABLE ev ADD FOREIGN KEY (id) REFERENCES child NOT VALID;
-- bad: validate-in-same-transaction
ALTER TABLE child ADD CONSTRAINT c CHECK (big>0) NOT VALID; ALTER TABLE child VALIDATE CONSTRAINT c;
-- bad: validate-in-same-transaction
BEGIN; ALTER TABLE child ADD CONSTRAINT c FOREIGN KEY (big) REFERENCES "order" NOT VALID; ALTER TABLE "child" VALIDATE CONSTRAINT "c"; COMMIT;
-- good: validate-in-same-transaction
BEGIN; ALTER TABLE child ADD CONSTRAINT c CHECK (big>0) NOT VALID; COMMIT; BEGIN; ALTER TABLE child VALIDATE CONSTRAINT c; COMMIT;
-- bad: lock-table-explicit
LOCK TABLE child;
-- bad: lock-table-explicit
LOCK child, doc IN ACCESS EXCLUSIVE MODE;
-- bad: vacuum-full-cluster
VACUUM FULL child;
-- bad: vacuum-full-cluster
VACUUM (FULL, ANALYZE) child;
-- bad: vacuum-full-cluster
CLUSTER child USING child_pkey;
-- bad: session-setting-leaks
SET timezone = 'UTC';
-- bad: session-setting-leaks
SELECT set_config('timezone','UTC',false);
-- bad: session-setting-leaks
SET SESSION search_path TO app;
-- bad: session-setting-leaks
SET ROLE x;
-- bad: session-setting-leaks
SET session_replication_role = replica;
-- good: session-setting-leaks
SET LOCAL timezone = 'UTC';
-- good: session-setting-leaks
SELECT set_config('timezone','UTC',true);
-- bad: role-changes
CREATE ROLE r;
-- bad: role-changes
CREATE USER u PASSWORD 'x';
-- bad: role-changes
ALTER ROLE r SUPERUSER;
-- bad: role-changes
DROP ROLE IF EXISTS r;
-- bad: password-literal
CREATE USER u PASSWORD 'x';
-- bad: password-literal
ALTER ROLE r WITH LOGIN ENCRYPTED PASSWORD 'secret';
-- bad: rename-enum-value
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
-- bad: set-logged-unlogged
ALTER TABLE child SET UNLOGGED;
-- bad: needs-newer-server
-- settings: server 14
CREATE TABLE x (id int primary key, c int, UNIQUE NULLS NOT DISTINCT (c));
-- bad: needs-newer-server
-- settings: server 14
MERGE INTO child USING doc ON true WHEN MATCHED THEN DELETE;
-- good: unknown-object
CREATE TABLE ev_1 (id bigint NOT NULL, at timestamptz NOT NULL);
ALTER TABLE ev ATTACH PARTITION ev_1 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE ev ADD COLUMN note text;
CREATE INDEX ev_1_note ON ev_1 (note);
-- good: unknown-object
CREATE TABLE heir (id bigint PRIMARY KEY, big bigint, v varchar(20));
ALTER TABLE heir INHERIT child;
ALTER TABLE child ADD COLUMN note text;
CREATE INDEX heir_note ON heir (note);
-- bad: redundant-index
CREATE INDEX a ON doc (tenant_id, body);
CREATE INDEX descriptions ON doc (tenant_id);
-- good: redundant-index
CREATE INDEX a ON doc (tenant_id, body);
CREATE INDEX b ON doc (tenant_id DESC);
-- good: if-not-exists-hides-drift
CREATE TABLE price (id bigint PRIMARY KEY, sum numeric(10), at timestamp(6), sort char);
CREATE TABLE IF NOT EXISTS price (id bigint PRIMARY KEY, sum numeric(10,0), at timestamp, sort char(1));
-- bad: if-not-exists-hides-drift
CREATE TABLE price (id bigint PRIMARY KEY, sum numeric(10));
CREATE TABLE IF NOT EXISTS price (id bigint PRIMARY KEY, sum numeric(10,2));
-- bad: set-not-null-scan
ALTER TABLE child ADD CONSTRAINT c CHECK (v IS NOT NULL AND id > 0 OR big > 0);
ALTER TABLE child ALTER COLUMN v SET NOT NULL;
-- good: definer-search-path
CREATE FUNCTION g() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'select 1';
ALTER FUNCTION g() SECURITY INVOKER;
-- bad: definer-search-path
CREATE FUNCTION g() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'select 1';
CREATE SCHEMA other;
ALTER FUNCTION other.g() SET search_path = '';
