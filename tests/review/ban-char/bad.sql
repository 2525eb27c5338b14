CREATE TABLE t (id bigint PRIMARY KEY, code char(5) NOT NULL);
