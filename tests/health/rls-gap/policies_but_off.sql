-- status: fail
-- finds: they do nothing
CREATE TABLE a (x int);
CREATE POLICY own ON a USING (x > 0);
