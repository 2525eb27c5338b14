ALTER TABLE orders ADD COLUMN note text;
COMMENT ON COLUMN orders.note IS 'Free text of the customer';
