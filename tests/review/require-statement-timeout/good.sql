SET LOCAL statement_timeout = '1min';
ALTER TABLE orders ADD COLUMN note text;
