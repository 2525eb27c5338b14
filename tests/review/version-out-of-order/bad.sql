-- file: 017_orders.sql
-- on the base
CREATE TABLE orders (id bigint PRIMARY KEY);
-- file: 018_items.sql
-- on the base
CREATE TABLE items (id bigint PRIMARY KEY);
-- file: 016_returns.sql
CREATE TABLE returns (id bigint PRIMARY KEY);
