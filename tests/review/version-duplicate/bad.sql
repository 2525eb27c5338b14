-- file: 017_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
-- file: 018_items.sql
CREATE TABLE items (id bigint PRIMARY KEY);
-- file: 018_returns.sql
CREATE TABLE returns (id bigint PRIMARY KEY);
