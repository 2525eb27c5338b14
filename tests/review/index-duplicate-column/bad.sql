CREATE TABLE orders (id bigint PRIMARY KEY, shop int);
CREATE INDEX orders_shop_idx ON orders (shop, id, shop);
