-- settings: forbidden xml
CREATE TABLE t (id bigint PRIMARY KEY, note xml);
