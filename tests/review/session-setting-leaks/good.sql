SET LOCAL search_path = app;
CREATE TABLE t (id bigint PRIMARY KEY);
