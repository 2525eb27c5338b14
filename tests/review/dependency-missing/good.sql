-- file: 001_a.sql
CREATE TABLE a (id bigint PRIMARY KEY);
-- file: 002_b.sql
-- Dependencies: 001_a.sql
CREATE TABLE b (id bigint PRIMARY KEY);
