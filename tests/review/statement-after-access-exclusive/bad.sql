ALTER TABLE orders ADD COLUMN note text;
UPDATE customers SET tier = 'basic' WHERE tier IS NULL;
