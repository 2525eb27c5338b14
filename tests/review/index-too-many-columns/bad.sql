CREATE TABLE t (a int PRIMARY KEY, b int, c int, d int);
CREATE INDEX t_idx ON t (b, c, d, a);
