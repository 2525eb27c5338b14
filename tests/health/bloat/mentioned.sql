-- status: pass
-- limits: min_bytes=0
-- finds: is empty space
-- finds: pgstattuple_approx('public.a')
CREATE TABLE a (id int PRIMARY KEY, text text);
INSERT INTO a SELECT n, repeat('x', 100) FROM generate_series(1, 5000) n;
DELETE FROM a WHERE id <= 4500;
VACUUM (TRUNCATE false, ANALYZE) a;
