-- since: 15
-- status: fail
-- finds: ALTER DATABASE {database} REFRESH VERSION;
CREATE TABLE a (x text);
UPDATE pg_database SET datcollversion = '0', datcollate = CASE WHEN datlocprovider = 'c' AND datcollate IN ('C', 'POSIX') THEN 'C.UTF-8' ELSE datcollate END WHERE datname = current_database();
