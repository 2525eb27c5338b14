-- status: warn
-- finds: public.a.id (integer) has reached 60.5 % of what its type holds
-- finds: widen the key to bigint
CREATE TABLE a (id int PRIMARY KEY);
INSERT INTO a SELECT 1300000000 - n FROM generate_series(0, 500) n;
CREATE TABLE small (id smallint PRIMARY KEY);
INSERT INTO small SELECT generate_series(1, 300);
ANALYZE;
