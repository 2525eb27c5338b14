-- A part of a relation that another kind of relation follows goes with the one and comes with the other, even where it could be
-- changed in place.
CREATE TABLE orders (id integer, note text);
CREATE TABLE log (id integer);
CREATE TABLE inbox (id integer, note text DEFAULT 'none');
CREATE RULE arrives AS ON INSERT TO inbox DO ALSO INSERT INTO log VALUES (new.id);
CREATE FUNCTION notes() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER counted AFTER UPDATE ON inbox FOR EACH STATEMENT EXECUTE FUNCTION notes();
COMMENT ON TRIGGER counted ON inbox IS 'of the table';
CREATE VIEW newest AS SELECT min(id) AS id FROM inbox;
CREATE TABLE report (id integer);
CREATE INDEX report_id ON report (id) WITH (fillfactor = 80);
CREATE MATERIALIZED VIEW lines AS SELECT note, id FROM orders;
