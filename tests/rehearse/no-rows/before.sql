CREATE TABLE t (id bigint PRIMARY KEY, kind text NOT NULL CHECK (md5(kind) LIKE 'abc%'));
