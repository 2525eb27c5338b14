-- base
CREATE TABLE org (id uuid PRIMARY KEY, name text);
CREATE TABLE log (b int);
CREATE TABLE t (id bigint PRIMARY KEY, a int, b int, c int, d int, e int, gen int GENERATED ALWAYS AS (c * 2) STORED);
CREATE VIEW v1 AS SELECT a FROM t;
CREATE RULE r AS ON UPDATE TO t WHERE NEW.b > 3 DO ALSO INSERT INTO log VALUES (NEW.b);
CREATE FUNCTION fd() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(d) FROM t; END;
CREATE FUNCTION fe() RETURNS bigint LANGUAGE sql AS 'SELECT count(e) FROM t';
CREATE TABLE child (id bigint PRIMARY KEY, t_id bigint NOT NULL REFERENCES t ON DELETE CASCADE);
CREATE TABLE s (
    id bigint PRIMARY KEY,
    status varchar(20) NOT NULL CONSTRAINT listed CHECK (status IN ('active', 'suspended')),
    state varchar(20) NOT NULL DEFAULT 'suspended',
    gone timestamptz,
    CONSTRAINT either CHECK (state = 'suspended' OR gone IS NULL)
);
CREATE TABLE project (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE);
ALTER TABLE project ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON project USING (org_id = current_setting('app.org')::uuid);
CREATE TABLE part (id bigint PRIMARY KEY, project_id uuid NOT NULL REFERENCES project ON DELETE CASCADE);

-- bad: column-has-dependents
ALTER TABLE t ALTER COLUMN b TYPE bigint;
-- bad: column-has-dependents
ALTER TABLE t DROP COLUMN b;
-- good: column-has-dependents
DROP RULE r ON t;
ALTER TABLE t DROP COLUMN b;
-- bad: column-has-dependents
ALTER TABLE t ALTER COLUMN c TYPE bigint;
-- bad: column-has-dependents
ALTER TABLE t DROP COLUMN c;
-- good: column-has-dependents
ALTER TABLE t DROP COLUMN gen;
-- good: column-has-dependents
ALTER TABLE t DROP COLUMN gen;
ALTER TABLE t ALTER COLUMN c TYPE bigint;
-- bad: column-has-dependents
ALTER TABLE t ALTER COLUMN d TYPE bigint;
-- bad: column-has-dependents
ALTER TABLE t DROP COLUMN d;
-- good: function-body-breaks
ALTER TABLE t RENAME COLUMN d TO dd;
-- good: column-has-dependents
ALTER TABLE t DROP COLUMN e;
-- bad: function-body-breaks
ALTER TABLE t DROP COLUMN e;
-- bad: column-has-dependents
ALTER TABLE t DROP COLUMN id;
-- good: column-has-dependents
ALTER TABLE t ALTER COLUMN id TYPE integer;
-- bad: table-has-dependents
CREATE TABLE lone (n int);
CREATE FUNCTION fl() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(n) FROM lone; END;
DROP TABLE lone;
-- good: column-has-dependents
ALTER TABLE log ALTER COLUMN b TYPE bigint;

-- bad: check-literal-too-long
ALTER TABLE s ALTER COLUMN status TYPE varchar(7);
-- good: check-literal-too-long
ALTER TABLE s ALTER COLUMN status TYPE varchar(9);
-- good: check-literal-too-long
ALTER TABLE s DROP CONSTRAINT listed, ALTER COLUMN status TYPE varchar(7);
-- bad: check-literal-too-long
ALTER TABLE s ALTER COLUMN state TYPE varchar(7);
-- good: check-literal-too-long
ALTER TABLE s ADD CONSTRAINT never CHECK (state <> 'a state that is far too long to be one');
-- bad: check-literal-too-long
ALTER TABLE s ADD CONSTRAINT far CHECK (gone IS NULL OR state = 'a state that is far too long to be one');
-- bad: check-literal-too-long
ALTER TABLE s ADD CONSTRAINT far CHECK (CASE WHEN id > 3 THEN state IN ('a state that is far too long to be one') ELSE true END);
-- good: check-literal-too-long
ALTER TABLE s ADD CONSTRAINT far CHECK (gone IS NULL OR md5(state) = 'a state that is far too long to be one');
-- bad: default-violates-column
ALTER TABLE s ALTER COLUMN state TYPE varchar(7);
-- good: default-violates-column
ALTER TABLE s ALTER COLUMN state TYPE varchar(7), ALTER COLUMN state SET DEFAULT 'active';
-- good: default-violates-column
ALTER TABLE s ALTER COLUMN state TYPE varchar(9);

-- bad: tenant-table-without-row-security
CREATE TABLE task (id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES project (id) ON DELETE CASCADE);
-- bad: tenant-table-without-row-security
CREATE TABLE note (project_id uuid REFERENCES project PRIMARY KEY, body text);
-- bad: tenant-table-without-row-security
CREATE TABLE piece (id bigint PRIMARY KEY, part_id bigint NOT NULL REFERENCES part ON DELETE CASCADE);
-- good: tenant-table-without-row-security
CREATE TABLE task (id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES project (id) ON DELETE CASCADE);
ALTER TABLE task ENABLE ROW LEVEL SECURITY;
-- good: tenant-table-without-row-security
-- file: 001_a.sql
CREATE TABLE task (id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES project (id) ON DELETE CASCADE);
-- file: 002_b.sql
ALTER TABLE task ENABLE ROW LEVEL SECURITY;
-- good: tenant-table-without-row-security
CREATE TABLE template (id uuid PRIMARY KEY, made_for uuid REFERENCES project ON DELETE SET NULL);
-- good: tenant-table-without-row-security
CREATE TABLE country (id uuid PRIMARY KEY, name text);
