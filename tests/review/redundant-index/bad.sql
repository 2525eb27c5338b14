CREATE TABLE orders (id bigint PRIMARY KEY, shop int, number int, UNIQUE (shop, number));
CREATE INDEX orders_shop_idx ON orders (shop);
