CREATE TABLE t (id bigint PRIMARY KEY, price numeric(12, 2));
