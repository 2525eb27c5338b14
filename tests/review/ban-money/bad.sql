CREATE TABLE t (id bigint PRIMARY KEY, price money);
