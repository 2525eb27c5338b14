CREATE TABLE t (id bigint PRIMARY KEY, code text NOT NULL);
