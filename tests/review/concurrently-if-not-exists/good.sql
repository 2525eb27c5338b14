-- pgkeel: transaction=off
DROP INDEX CONCURRENTLY IF EXISTS orders_state_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_state_idx ON orders (state);
