ALTER TABLE orders ADD CONSTRAINT orders_key PRIMARY KEY (number);
