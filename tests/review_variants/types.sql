-- Which changes of a type write the table anew, and the other classics of Rails migrations.
-- base
CREATE EXTENSION citext; CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, vc varchar(20), vcn varchar, tx text, ci citext, de numeric(10,2), ts timestamp, tsz timestamptz, ts3 timestamp(3), tsz3 timestamptz(3), ti3 time(3), iv3 interval(3), cid cidr, ine inet, i int, ch char(5), vb varbit(5), bi bit(5), ts0 timestamp(6), me money, js json, arr varchar(10)[], en text);
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN vc TYPE text;
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN vc TYPE citext;
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN vc TYPE varchar(30);
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN vc TYPE varchar(300);
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN vc TYPE varchar;
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN tx TYPE varchar;
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN tx TYPE citext;
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ci TYPE text;
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ci TYPE varchar;
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN de TYPE numeric(12,2);
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN de TYPE numeric;
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ts3 TYPE timestamp(6);
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ts3 TYPE timestamp;
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN tsz3 TYPE timestamptz(6);
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ti3 TYPE time(6);
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN iv3 TYPE interval(6);
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN cid TYPE inet;
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ts0 TYPE timestamp;
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ts TYPE timestamp(6);
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN vb TYPE varbit(8);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN arr TYPE text[];
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN arr TYPE varchar(20)[];
-- good: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN arr TYPE varchar[];
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN vc TYPE varchar(10);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN tx TYPE varchar(20);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN vcn TYPE varchar(20);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ci TYPE varchar(20);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN de TYPE numeric(8,2);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN de TYPE numeric(10,4);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ts TYPE timestamp(3);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ts TYPE timestamp(0);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN tsz TYPE timestamptz(3);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ine TYPE cidr;
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN i TYPE bigint;
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN i TYPE text;
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ch TYPE char(6);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN ch TYPE text;
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN bi TYPE bit(8);
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN js TYPE jsonb;
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN tx TYPE uuid USING tx::uuid;
-- bad: alter-column-type-rewrite
ALTER TABLE t ALTER COLUMN vc TYPE text USING lower(vc);
-- good: alter-column-type-rewrite
SET timezone = 'UTC';ALTER TABLE t ALTER COLUMN ts TYPE timestamptz;
-- good: alter-column-type-rewrite
SET LOCAL timezone TO 'UTC';ALTER TABLE t ALTER COLUMN tsz TYPE timestamp;
-- bad: alter-timestamp-timezone
ALTER TABLE t ALTER ts TYPE timestamptz;
-- bad: add-check-validates
ALTER TABLE t ADD CONSTRAINT c CHECK (i > 0);
-- good: add-check-validates
ALTER TABLE t ADD CONSTRAINT c CHECK (i > 0) NOT VALID;
-- good: add-check-validates
CREATE TABLE n(id int primary key, p int); ALTER TABLE n ADD CONSTRAINT c CHECK (p>0);
-- bad: validate-in-same-transaction
ALTER TABLE t ADD CONSTRAINT c CHECK (i > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c;
-- bad: add-column-volatile-default
ALTER TABLE t ADD u uuid DEFAULT gen_random_uuid() NOT NULL;
-- bad: add-column-volatile-default
ALTER TABLE t ADD x int DEFAULT (random())::int;
-- good: add-column-volatile-default
ALTER TABLE t ADD x text DEFAULT 'test';
-- good: add-column-volatile-default
ALTER TABLE t ADD x timestamp DEFAULT NOW();
-- good: add-column-volatile-default
ALTER TABLE t ADD x int DEFAULT NULL;
-- bad: prefer-jsonb
ALTER TABLE t ADD x json;
-- bad: add-column-stored-generated
ALTER TABLE t ADD x text GENERATED ALWAYS AS (tx || tx) STORED;
-- good: add-column-stored-generated
ALTER TABLE t ADD x text GENERATED ALWAYS AS (tx || tx) VIRTUAL;
-- bad: add-column-serial
ALTER TABLE t ADD x bigserial;
-- bad: add-column-serial
ALTER TABLE t ADD x serial2;
-- bad: add-unique-builds-index
ALTER TABLE t ADD CONSTRAINT u UNIQUE (tx);
-- bad: add-unique-builds-index
ALTER TABLE t ADD UNIQUE (tx);
-- good: add-unique-builds-index
ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i;
-- bad: index-too-many-columns
CREATE INDEX i ON t (id, vc, tx, de);
-- good: index-too-many-columns
CREATE UNIQUE INDEX i ON t (id, vc, tx, de);
-- good: index-too-many-columns
CREATE INDEX i ON t (id, vc, tx);
-- bad: set-not-null-scan
ALTER TABLE t ALTER tx SET NOT NULL;
-- bad: rename-column
ALTER TABLE t RENAME vc TO v2;
-- bad: rename-table
ALTER TABLE t RENAME TO t2;
-- bad: set-schema
ALTER SCHEMA public RENAME TO p2;
-- bad: rename-enum-value
-- file: 001_before.sql
CREATE TYPE mood AS ENUM ('a');
-- file: 002_step.sql
ALTER TYPE mood RENAME VALUE 'a' TO 'b';
-- bad: drop-column
ALTER TABLE t DROP COLUMN vc;
-- bad: drop-column
ALTER TABLE t DROP vc, DROP vcn;
-- bad: set-default
ALTER TABLE t ALTER vc SET DEFAULT 'x';
-- bad: drop-index-blocking
-- file: 001_before.sql
CREATE INDEX ix ON t (tx);
-- file: 002_step.sql
DROP INDEX ix;
-- good: drop-index-blocking
-- file: 001_before.sql
CREATE INDEX ix ON t (tx);
-- file: 002_step.sql
-- pgkeel: transaction=off
DROP INDEX CONCURRENTLY ix;
-- bad: drop-and-recreate
DROP TABLE IF EXISTS t; CREATE TABLE t (id int primary key);
-- bad: add-foreign-key-validates
-- file: 001_before.sql
CREATE TABLE o (id bigint primary key);
-- file: 002_step.sql
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES o (id);
-- bad: add-exclusion-constraint
ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING gist (int8range(id,id) WITH &&);
