CREATE TABLE t (paid boolean, id bigint PRIMARY KEY, open boolean, total bigint);
