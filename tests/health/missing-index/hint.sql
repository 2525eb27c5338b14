-- status: pass
-- limits: min_rows=1 min_scans=1
-- finds: was read from end to end
CREATE TABLE a (x int);
INSERT INTO a SELECT generate_series(1, 100);
SELECT count(*) FROM a;
SELECT count(*) FROM a;
