CREATE TABLE t (id bigint PRIMARY KEY, a timestamp, s text, code text, c text);
