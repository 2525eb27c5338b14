CREATE TABLE t (id bigint PRIMARY KEY, at timestamptz NOT NULL);
