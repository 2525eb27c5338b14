-- file: 0001_a.sql
CREATE TABLE a (id bigint PRIMARY KEY);
-- file: 0002_b.sql
CREATE TABLE b (id bigint PRIMARY KEY);
-- file: 0003_c.sql
CREATE TABLE c (id bigint PRIMARY KEY);
