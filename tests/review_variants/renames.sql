-- What speaks of a relation follows it to its new name.
-- base
CREATE TABLE t (id bigint PRIMARY KEY, a varchar(20), b int);
CREATE VIEW v AS SELECT t.id, t.a FROM t;
CREATE VIEW v2 AS SELECT a FROM v;
CREATE TABLE kid (id bigint PRIMARY KEY, t_id bigint REFERENCES t (id) ON DELETE CASCADE);
CREATE TABLE log (id bigint PRIMARY KEY, b int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.b := 1; RETURN NEW; END $$;
CREATE TRIGGER f BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION f();
-- bad: column-has-dependents
ALTER TABLE t RENAME TO t9;
-- file: 002_next.sql
ALTER TABLE t9 ALTER COLUMN a TYPE varchar(10);
-- good: column-has-dependents
ALTER TABLE t RENAME TO t9;
-- file: 002_next.sql
ALTER TABLE t9 ALTER COLUMN b TYPE bigint;
-- bad: table-has-dependents
ALTER TABLE t RENAME TO t9;
-- file: 002_next.sql
DROP TABLE t9;
-- bad: table-has-dependents
ALTER VIEW v RENAME TO v9;
-- file: 002_next.sql
DROP VIEW v9;
-- bad: function-body-breaks
ALTER TABLE log RENAME TO log9;
-- file: 002_next.sql
ALTER TABLE log9 DROP COLUMN b;
-- good: function-body-breaks
ALTER TABLE log RENAME TO log9;
-- file: 002_next.sql
ALTER TABLE t DROP COLUMN b;
