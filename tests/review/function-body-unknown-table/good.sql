-- settings: complete
-- file: 001_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric NOT NULL);
CREATE TABLE order_notes (order_id bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE);
CREATE INDEX ON order_notes (order_id);
-- file: 002_note.sql
CREATE FUNCTION note_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE seen ON COMMIT DROP AS SELECT id FROM orders;
    INSERT INTO order_notes (order_id) SELECT id FROM seen;
    INSERT INTO order_notes (order_id) SELECT id FROM changed;
    RETURN NULL;
END $$;
CREATE TRIGGER note AFTER UPDATE ON orders REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_order();
