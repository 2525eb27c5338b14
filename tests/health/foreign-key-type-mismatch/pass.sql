-- status: pass
CREATE TABLE a (x bigint PRIMARY KEY);
CREATE TABLE b (x bigint REFERENCES a);
