-- status: pass
CREATE TABLE a (x int);
