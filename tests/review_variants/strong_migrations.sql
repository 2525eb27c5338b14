-- What strong_migrations calls dangerous (its README and its tests of type changes), and what it lets pass, as SQL.
-- base
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE users (id bigint PRIMARY KEY, name varchar(20), v varchar, t text, n numeric(10,2), ts timestamp(3), tstz timestamptz(3), tm time(3), tmz timetz(3), iv interval(3), ci cidr, i int, b bigint, ct citext, order_id bigint, score int, d jsonb, dt date, bt bit varying(5), num numeric);
CREATE INDEX users_t ON users (t);
CREATE TABLE u2 (id bigint PRIMARY KEY, t text, ct citext);
-- bad: drop-column
ALTER TABLE users DROP COLUMN name;
-- bad: drop-column
ALTER TABLE users DROP COLUMN name, DROP COLUMN v;
-- bad: drop-column
ALTER TABLE users DROP COLUMN ts;
-- bad: rename-column
ALTER TABLE users RENAME COLUMN name TO full_name;
-- bad: rename-table
ALTER TABLE users RENAME TO customers;
-- bad: drop-and-recreate
DROP TABLE IF EXISTS users CASCADE;
CREATE TABLE users (id bigint PRIMARY KEY);
-- good: fk-without-index
CREATE TABLE w (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id) ON DELETE CASCADE); CREATE INDEX ON w (order_id);
-- bad: add-column-serial
ALTER TABLE users ADD COLUMN s bigserial;
-- bad: add-column-stored-generated
ALTER TABLE users ADD COLUMN g int GENERATED ALWAYS AS (i + 1) STORED;
-- bad: add-check-validates
ALTER TABLE users ADD CONSTRAINT c CHECK (i > 0);
-- good: add-check-validates
ALTER TABLE users ADD CONSTRAINT c CHECK (i > 0) NOT VALID;
-- good: add-check-validates
CREATE TABLE w (id bigint PRIMARY KEY, i int);
ALTER TABLE w ADD CONSTRAINT c CHECK (i > 0);
-- bad: validate-in-same-transaction
ALTER TABLE users ADD CONSTRAINT c CHECK (i > 0) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT c;
-- bad: create-index-blocking
CREATE INDEX i ON users (name);
-- bad: create-index-blocking
CREATE UNIQUE INDEX i ON users (name);
-- good: create-index-blocking
-- pgkeel: transaction=off
CREATE INDEX CONCURRENTLY i ON users (name);
-- bad: cannot-run-in-transaction
BEGIN;
CREATE INDEX CONCURRENTLY i ON users (name);
COMMIT;
-- good: create-index-blocking
CREATE TABLE w (id bigint PRIMARY KEY, i int);
CREATE INDEX i ON w (i);
-- bad: index-too-many-columns
-- pgkeel: transaction=off
CREATE INDEX CONCURRENTLY i ON users (name, v, t, i);
-- good: index-too-many-columns
-- pgkeel: transaction=off
CREATE UNIQUE INDEX CONCURRENTLY i ON users (name, v, t, i);
-- bad: drop-index-blocking
DROP INDEX users_t;
-- good: drop-index-blocking
-- pgkeel: transaction=off
DROP INDEX CONCURRENTLY users_t;
-- bad: create-index-blocking
ALTER TABLE users ADD COLUMN o_id bigint;
CREATE INDEX i ON users (o_id);
-- bad: add-foreign-key-validates
ALTER TABLE users ADD COLUMN o_id bigint NOT NULL DEFAULT 1 REFERENCES orders (id) ON DELETE CASCADE;
-- bad: add-foreign-key-validates
ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE;
-- good: add-foreign-key-validates
ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES orders (id) ON DELETE CASCADE NOT VALID;
-- bad: validate-in-same-transaction
ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES orders (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT f;
-- bad: add-unique-builds-index
ALTER TABLE users ADD CONSTRAINT u UNIQUE (i);
-- bad: add-exclusion-constraint
ALTER TABLE users ADD CONSTRAINT e EXCLUDE USING gist (iv WITH =);
-- bad: prefer-jsonb
ALTER TABLE users ADD COLUMN j json;
-- good: prefer-jsonb
ALTER TABLE users ADD COLUMN j jsonb;
-- bad: set-not-null-scan
ALTER TABLE users ALTER COLUMN i SET NOT NULL;
-- good: add-column-volatile-default
ALTER TABLE users ADD COLUMN e int DEFAULT 1;
-- good: add-column-volatile-default
ALTER TABLE users ADD COLUMN e timestamptz DEFAULT now();
-- good: add-column-volatile-default
ALTER TABLE users ADD COLUMN e text[] DEFAULT '{}';
-- bad: add-column-volatile-default
ALTER TABLE users ADD COLUMN e uuid DEFAULT gen_random_uuid();
-- bad: add-column-volatile-default
ALTER TABLE users ADD COLUMN e timestamptz DEFAULT clock_timestamp();
-- bad: add-column-volatile-default
ALTER TABLE users ADD COLUMN e float8 DEFAULT random();
-- bad: statement-after-access-exclusive
ALTER TABLE users ADD COLUMN e int;
UPDATE users SET e = 1;
-- bad: update-without-where
UPDATE users SET i = 1;
-- bad: drop-table
DROP TABLE users;
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN name TYPE varchar(50);
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN name TYPE varchar(50);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN name TYPE varchar;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN name TYPE varchar;
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN name TYPE text;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN name TYPE text;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN name TYPE varchar(10);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN name TYPE citext;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN name TYPE citext;
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN v TYPE text;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN v TYPE text;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN v TYPE varchar(20);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN t TYPE varchar;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN t TYPE varchar;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN t TYPE varchar(20);
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN name TYPE int USING name::int;
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN n TYPE numeric(12,2);
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN n TYPE numeric(12,2);
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN n TYPE numeric(8,2);
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN n TYPE numeric(12,3);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN n TYPE numeric;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN n TYPE numeric;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN num TYPE numeric(10,2);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN ts TYPE timestamp(6);
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN ts TYPE timestamp(6);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN ts TYPE timestamp;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN ts TYPE timestamp;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN ts TYPE timestamp(0);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN tstz TYPE timestamptz(6);
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN tstz TYPE timestamptz(6);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN tstz TYPE timestamptz;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN tstz TYPE timestamptz;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN tstz TYPE timestamptz(0);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN tm TYPE time(6);
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN tm TYPE time(6);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN tm TYPE time;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN tm TYPE time;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN tm TYPE time(0);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN tmz TYPE timetz(6);
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN tmz TYPE timetz(6);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN tmz TYPE timetz;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN tmz TYPE timetz;
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN iv TYPE interval(6);
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN iv TYPE interval(6);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN iv TYPE interval;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN iv TYPE interval;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN iv TYPE interval(0);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN ci TYPE inet;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN ci TYPE inet;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN i TYPE bigint;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN b TYPE int;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN dt TYPE timestamp;
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN bt TYPE bit varying(10);
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN bt TYPE bit varying(10);
-- good: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN bt TYPE bit varying;
-- good: type-narrowing
ALTER TABLE users ALTER COLUMN bt TYPE bit varying;
-- bad: alter-column-type-rewrite
ALTER TABLE users ALTER COLUMN d TYPE json;
-- good: alter-column-type-rewrite
ALTER TABLE u2 ALTER COLUMN t TYPE citext;
-- good: type-narrowing
ALTER TABLE u2 ALTER COLUMN t TYPE citext;
-- good: alter-column-type-rewrite
ALTER TABLE u2 ALTER COLUMN ct TYPE text;
-- good: type-narrowing
ALTER TABLE u2 ALTER COLUMN ct TYPE text;
-- bad: alter-column-type-index-rebuild
ALTER TABLE users ALTER COLUMN t TYPE citext;
