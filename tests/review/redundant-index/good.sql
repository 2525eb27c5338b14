CREATE TABLE orders (id bigint PRIMARY KEY, shop int, number int, UNIQUE (shop, number));
CREATE INDEX orders_number_idx ON orders (number);
