CREATE TABLE p (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX p_at ON p (at);
CREATE TABLE p_rest PARTITION OF p DEFAULT;
CREATE TABLE late (id bigint, at date, PRIMARY KEY (id, at));
