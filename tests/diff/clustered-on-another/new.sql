CREATE TABLE t (a int, b text, c text, CONSTRAINT u UNIQUE (a)) WITH (fillfactor = 60, parallel_workers = 3, toast.vacuum_truncate = off);
ALTER TABLE t ALTER c SET STORAGE MAIN;
ALTER TABLE t REPLICA IDENTITY FULL;
CREATE INDEX k ON t (b);
ALTER TABLE t CLUSTER ON u;
ALTER TABLE t ALTER b SET (n_distinct_inherited = -1);