-- status: pass
CREATE TABLE a (x int PRIMARY KEY, y int, z text);
CREATE INDEX a_y ON a (y);
CREATE INDEX a_y_some ON a (y) WHERE x > 3;
CREATE INDEX a_yz ON a (z, y);
CREATE INDEX a_h ON a USING hash (z);
