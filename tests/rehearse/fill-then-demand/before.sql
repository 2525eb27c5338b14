CREATE TABLE t (id bigint PRIMARY KEY, kind varchar(10) CHECK (kind IN ('a', 'b')));
