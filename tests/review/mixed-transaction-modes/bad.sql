-- pgkeel: transaction=off
CREATE INDEX CONCURRENTLY orders_state_idx ON orders (state);
CREATE INDEX CONCURRENTLY orders_shop_idx ON orders (shop);
