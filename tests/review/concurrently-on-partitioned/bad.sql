-- file: 001_create.sql
CREATE TABLE events (id bigint, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
-- file: 002_index.sql
-- pgkeel: transaction=off
CREATE INDEX CONCURRENTLY events_at_idx ON events (at);
