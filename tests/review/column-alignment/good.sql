CREATE TABLE t (id bigint PRIMARY KEY, total bigint, paid boolean, open boolean);
