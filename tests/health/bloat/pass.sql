-- status: pass
-- limits: min_bytes=0
CREATE TABLE a (id int PRIMARY KEY, text text);
INSERT INTO a SELECT n, repeat('x', 100) FROM generate_series(1, 5000) n;
VACUUM ANALYZE a;
