-- file: 001_a.sql
CREATE TABLE a (id bigint PRIMARY KEY);
-- file: 002_b.sql
CREATE TABLE b (id bigint PRIMARY KEY);
-- file: 003_c.sql
-- Dependencies: 001_a.sql, 002_b.sql
CREATE TABLE c (id bigint PRIMARY KEY REFERENCES a (id) ON DELETE CASCADE, b bigint REFERENCES b (id) ON DELETE CASCADE);
CREATE INDEX c_b_idx ON c (b);
