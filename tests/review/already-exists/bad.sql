-- file: 001_create.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
-- file: 002_again.sql
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
