CREATE TABLE b (id bigint PRIMARY KEY);
CREATE TABLE t (id bigint PRIMARY KEY, a timestamp, b bigint);
