CREATE TABLE t (id bigint PRIMARY KEY, kind text CHECK (kind ~ '^x+$'));
CREATE TABLE u (id bigint PRIMARY KEY);
