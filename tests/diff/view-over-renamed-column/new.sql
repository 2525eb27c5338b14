-- Since PostgreSQL 18 the NOT NULL keeps the name that it was given with the old column: one column goes before the other comes,
-- and the view cannot be over both.
CREATE TABLE jobs (id integer, urgency integer NOT NULL);
ALTER TABLE jobs RENAME COLUMN urgency TO priority;
CREATE VIEW queue AS SELECT id, priority AS first FROM jobs;
COMMENT ON VIEW queue IS 'what is next';
GRANT SELECT ON queue TO diff_reader;
CREATE VIEW head AS SELECT min(first) AS first FROM queue;
