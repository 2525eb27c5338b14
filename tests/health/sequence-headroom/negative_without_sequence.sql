-- status: fail
-- finds: public.a.id (smallint) has reached 97.7 % of what its type holds
CREATE TABLE a (id smallint PRIMARY KEY);
INSERT INTO a SELECT -32000 + n FROM generate_series(0, 300) n;
ANALYZE;
