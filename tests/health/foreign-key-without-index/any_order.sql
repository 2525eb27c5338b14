-- status: pass
CREATE TABLE a (x int, y int, PRIMARY KEY (x, y));
CREATE TABLE b (x int, y int, z int, FOREIGN KEY (x, y) REFERENCES a);
CREATE INDEX b_yxz ON b (y, x, z);
