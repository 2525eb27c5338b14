-- status: pass
CREATE TABLE a (x int) WITH (autovacuum_enabled = on);
