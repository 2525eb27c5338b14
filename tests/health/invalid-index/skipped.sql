-- status: skipped
-- role: plain
-- finds: pg_read_all_stats
CREATE TABLE a (x int);
CREATE INDEX a_x ON a (x);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'a_x'::regclass;
