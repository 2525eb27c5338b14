-- status: pass
CREATE TABLE a (x int PRIMARY KEY, y int);
CREATE INDEX a_y ON a (y);
