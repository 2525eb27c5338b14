SET LOCAL idle_in_transaction_session_timeout = '30s';
ALTER TABLE orders ADD COLUMN note text;
