-- status: pass
CREATE TABLE a (x int CHECK (x > 0));
