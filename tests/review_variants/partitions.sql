-- Partitioned tables: which index the parent's takes, and who is a partition.
-- base
CREATE TABLE p (id bigint NOT NULL, a text, b int, c int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE r (id bigint NOT NULL, a text, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE r2 PARTITION OF r FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE parent (id bigint PRIMARY KEY);
-- bad: create-index-blocking
ALTER TABLE p ATTACH PARTITION p DEFAULT;
-- file: 002_next.sql
CREATE INDEX ON p (a);
-- bad: create-index-blocking
ALTER TABLE p ATTACH PARTITION r DEFAULT;
ALTER TABLE r ATTACH PARTITION p DEFAULT;
-- file: 002_next.sql
CREATE INDEX ON p (a);
-- bad: create-index-blocking
CREATE TABLE x PARTITION OF x DEFAULT PARTITION BY LIST (a);
-- file: 002_next.sql
CREATE INDEX ON x (a);
-- good: create-index-blocking
CREATE INDEX CONCURRENTLY p1_a ON p1 (a) INCLUDE (c);
-- file: 002_parent.sql
CREATE INDEX p_a ON p (a) INCLUDE (c);
-- bad: create-index-blocking
CREATE INDEX CONCURRENTLY p1_a ON p1 (a) INCLUDE (c);
-- file: 002_parent.sql
CREATE INDEX p_a ON p (a) INCLUDE (b);
-- bad: create-index-blocking
CREATE INDEX CONCURRENTLY p1_a ON p1 (a);
-- file: 002_parent.sql
CREATE INDEX p_a ON p (a text_pattern_ops);
-- bad: create-index-blocking
CREATE INDEX CONCURRENTLY p1_a ON p1 (a);
-- file: 002_parent.sql
CREATE INDEX p_a ON p (a COLLATE "C");
-- good: create-index-blocking
CREATE INDEX CONCURRENTLY p1_a ON p1 (a COLLATE "C" text_pattern_ops);
-- file: 002_parent.sql
CREATE INDEX p_a ON p (a COLLATE "C" text_pattern_ops DESC);
-- good: create-index-blocking
CREATE INDEX CONCURRENTLY p1_a ON p1 (a);
-- file: 002_rename.sql
ALTER TABLE p RENAME TO q;
-- file: 003_parent.sql
CREATE INDEX q_a ON q (a);
-- good: create-index-blocking
CREATE INDEX CONCURRENTLY r1_a ON r1 (a);
-- file: 002_detach.sql
ALTER TABLE r DETACH PARTITION r2;
-- file: 003_parent.sql
CREATE INDEX r_a ON r (a);
-- bad: create-index-blocking
CREATE INDEX CONCURRENTLY r1_a ON r1 (a);
-- file: 002_parent.sql
CREATE INDEX r_a ON r (a);
-- bad: fk-without-index
CREATE TABLE kid (id bigint PRIMARY KEY, parent_id bigint REFERENCES parent (id), x int);
CREATE INDEX kid_parent ON kid (parent_id) INCLUDE (x);
ALTER TABLE kid DROP COLUMN x;
-- bad: fk-without-index
CREATE TABLE kid (id bigint PRIMARY KEY, parent_id bigint REFERENCES parent (id), x int);
CREATE INDEX kid_parent ON kid (parent_id) INCLUDE (x);
ALTER TABLE kid RENAME COLUMN x TO y;
ALTER TABLE kid DROP COLUMN y;
-- good: fk-without-index
CREATE TABLE kid (id bigint PRIMARY KEY, parent_id bigint REFERENCES parent (id), x int);
CREATE INDEX kid_parent ON kid (parent_id);
ALTER TABLE kid DROP COLUMN x;
