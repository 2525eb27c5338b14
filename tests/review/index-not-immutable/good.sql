CREATE TABLE orders (id bigint PRIMARY KEY, at timestamptz NOT NULL);
CREATE INDEX orders_at_idx ON orders (at, id);
