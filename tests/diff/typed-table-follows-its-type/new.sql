CREATE TYPE ty AS (a int, b text, c date);
CREATE TABLE t OF ty (b WITH OPTIONS DEFAULT 'x' NOT NULL);
CREATE TABLE t2 (a int, b text);