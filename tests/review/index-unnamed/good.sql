CREATE TABLE t (a int PRIMARY KEY, b int);
CREATE INDEX t_b_idx ON t (b);
