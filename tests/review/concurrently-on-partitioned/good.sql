-- file: 001_create.sql
CREATE TABLE events (id bigint, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
-- file: 002_index.sql
CREATE INDEX events_at_idx ON ONLY events (at);
