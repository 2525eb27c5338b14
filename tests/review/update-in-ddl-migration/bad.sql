ALTER TABLE orders ADD COLUMN total numeric;
UPDATE orders SET total = net + tax WHERE total IS NULL;
