-- Bodies of functions: what they use, where, and in which language.
-- base
CREATE TABLE t (id bigint PRIMARY KEY, a int, b int, c int, d int, e int, f int);
CREATE TABLE u (id bigint PRIMARY KEY, g int);
CREATE TYPE st AS ENUM ('a');
CREATE TABLE job (id bigint PRIMARY KEY, s st);
CREATE TABLE w (id bigint PRIMARY KEY, a1 int, a2 int, a3 int, a4 int, a5 int, a6 int);
CREATE TABLE w2 (id bigint PRIMARY KEY);
CREATE FUNCTION f1() RETURNS int LANGUAGE plpgsql AS $$ DECLARE r int; BEGIN SELECT a INTO r FROM t; RETURN r; END $$;
CREATE FUNCTION f2() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT b FROM t LIMIT 1); END $$;
CREATE FUNCTION f3() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM t WHERE c = 1) THEN RETURN true; END IF; RETURN false; END $$;
CREATE FUNCTION f4() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM d FROM t; END $$;
CREATE FUNCTION f5() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x record; BEGIN FOR x IN SELECT e FROM t LOOP RETURN x.e; END LOOP; END $$;
CREATE FUNCTION f6() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.f := 1; RETURN NEW; END $$;
CREATE TRIGGER f6 BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f6();
CREATE FUNCTION f7() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM u); END $$;
CREATE FUNCTION f8() RETURNS int LANGUAGE plpgsql AS $$ DECLARE r int; BEGIN CREATE TEMP TABLE tmp (g int); SELECT g INTO r FROM u; RETURN r; END $$;
CREATE FUNCTION g1() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN n := a1 FROM w LIMIT 1; RETURN n; END $$;
CREATE FUNCTION g2() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN n = max(a2) FROM w; RETURN n; END $$;
CREATE FUNCTION g3() RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF count(*) > 0 FROM w WHERE a3 = 1 THEN RETURN 1; END IF; RETURN 0; END $$;
CREATE FUNCTION g4() RETURNS int LANGUAGE plpgsql AS $$ DECLARE v w.a4%TYPE; BEGIN v := 1; RETURN v; END $$;
CREATE FUNCTION g5(a6 int, b6 int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF a6 IS DISTINCT FROM b6 THEN RETURN 1; END IF; RETURN a5 FROM w; END $$;
CREATE FUNCTION g6() RETURNS int LANGUAGE plpgsql AS $$ DECLARE v w2%ROWTYPE; BEGIN RETURN 1; END $$;
-- bad: function-body-breaks
ALTER TABLE w DROP COLUMN a1;
-- bad: function-body-breaks
ALTER TABLE w DROP COLUMN a2;
-- bad: function-body-breaks
ALTER TABLE w DROP COLUMN a3;
-- bad: function-body-breaks
ALTER TABLE w DROP COLUMN a4;
-- bad: function-body-breaks
ALTER TABLE w DROP COLUMN a5;
-- good: function-body-breaks
ALTER TABLE w DROP COLUMN a6;
-- bad: function-body-breaks
DROP TABLE w2;
-- good: function-body-unknown-table
CREATE FUNCTION n() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE scratch (x int); END $$;
CREATE FUNCTION m() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT x FROM scratch LIMIT 1); END $$;
-- good: function-body-unknown-table
CREATE EXTENSION postgis;
CREATE FUNCTION n() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM spatial_ref_sys); END $$;
-- good: function-body-unknown-table
CREATE EXTENSION some_vendors_own;
CREATE FUNCTION n() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM vendors_table); END $$;
-- bad: function-body-unknown-table
CREATE EXTENSION pgcrypto;
CREATE FUNCTION n() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM missing_table); END $$;
-- good: function-body-unknown-table
CREATE TABLE gone (id int PRIMARY KEY);
CREATE FUNCTION n() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM gone); END $$;
DROP TABLE gone;
-- good: function-body-unknown-table
CREATE FUNCTION n() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM count(*) FROM fresh; RETURN NULL; END $$;
CREATE TRIGGER n AFTER INSERT ON t REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION n();
-- bad: function-body-unknown-table
CREATE FUNCTION n() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM count(*) FROM missing_table; RETURN NULL; END $$;
COMMENT ON TABLE t IS 'referencing missing_table';
-- bad: function-body-breaks
ALTER TABLE t DROP COLUMN a;
-- bad: function-body-breaks
ALTER TABLE t DROP COLUMN b;
-- bad: function-body-breaks
ALTER TABLE t DROP COLUMN c;
-- bad: function-body-breaks
ALTER TABLE t DROP COLUMN d;
-- bad: function-body-breaks
ALTER TABLE t RENAME COLUMN e TO e2;
-- bad: function-body-breaks
ALTER TABLE t DROP COLUMN f;
-- bad: function-body-breaks
DROP TABLE u;
-- bad: function-body-breaks
ALTER TABLE u RENAME COLUMN g TO h;
-- good: function-body-breaks
ALTER TABLE t DROP COLUMN id;
-- good: function-body-breaks
ALTER TABLE job DROP COLUMN s;
-- bad: function-body-breaks
CREATE FUNCTION f9() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN id FROM job LIMIT 1; END $$;
DROP TABLE job;
-- bad: function-body-unknown-table
CREATE FUNCTION n() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO missing_table VALUES (1); END $$;
-- bad: function-body-unknown-table
CREATE FUNCTION n() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM missing_table); END $$;
-- good: function-body-unknown-table
CREATE FUNCTION n() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM later_table); END $$;
CREATE TABLE later_table (id bigint PRIMARY KEY);
-- good: function-body-unknown-table
CREATE FUNCTION n() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (WITH w AS (SELECT id FROM t) SELECT count(*) FROM w); END $$;
-- good: function-body-unknown-table
CREATE FUNCTION n() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN FOR i IN 1..3 LOOP PERFORM count(*) FROM generate_series(1, 2); END LOOP; RETURN extract(epoch FROM now()); END $$;
-- good: enum-value-used-in-same-transaction
ALTER TYPE st ADD VALUE 'b';
CREATE FUNCTION n() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE job SET s = 'b'::st; END $$;
-- good: enum-value-used-in-same-transaction
ALTER TYPE st ADD VALUE 'b';
CREATE PROCEDURE n() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM job WHERE s = 'b'; END $$;
-- bad: enum-value-used-in-same-transaction
ALTER TYPE st ADD VALUE 'b';
CREATE FUNCTION n() RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM job WHERE s = 'b'::st $$;
-- bad: enum-value-used-in-same-transaction
ALTER TYPE st ADD VALUE 'b';
DO $$ BEGIN UPDATE job SET s = 'b'; END $$;
-- bad: enum-value-used-in-same-transaction
ALTER TYPE st ADD VALUE 'b';
UPDATE job SET s = 'b';
