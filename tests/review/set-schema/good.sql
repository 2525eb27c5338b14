CREATE TABLE archive.orders (id bigint PRIMARY KEY);
