CREATE TABLE orders (id bigint PRIMARY KEY, at timestamptz NOT NULL);
CREATE INDEX orders_recent_idx ON orders (id) WHERE at > now();
