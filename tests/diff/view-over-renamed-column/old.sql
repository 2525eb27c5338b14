CREATE TABLE jobs (id integer, urgency integer NOT NULL);
CREATE VIEW queue AS SELECT id, urgency AS first FROM jobs;
COMMENT ON VIEW queue IS 'what is next';
GRANT SELECT ON queue TO diff_reader;
CREATE VIEW head AS SELECT min(first) AS first FROM queue;
