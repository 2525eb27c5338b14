ALTER TABLE orders ADD CONSTRAINT orders_key PRIMARY KEY USING INDEX orders_number_idx;
