-- status: fail
-- finds: so nothing is enforced
CREATE TABLE a (x int);
CREATE POLICY own ON a USING (x > 0);
