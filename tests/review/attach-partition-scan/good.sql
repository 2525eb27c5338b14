-- file: 001_create.sql
CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2026 (id bigint, at timestamptz NOT NULL,
  CONSTRAINT bounds CHECK (at >= '2026-01-01' AND at < '2027-01-01'));
-- file: 002_attach.sql
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
