-- settings: complete
-- file: 001_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric NOT NULL);
-- file: 002_note.sql
CREATE FUNCTION note_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO order_notes (order_id) VALUES (NEW.id);
    RETURN NEW;
END $$;
