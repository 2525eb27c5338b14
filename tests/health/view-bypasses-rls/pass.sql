-- status: pass
CREATE TABLE a (x int);
CREATE VIEW v AS SELECT x FROM a;
