-- status: pass
CREATE TABLE a (id int PRIMARY KEY);
