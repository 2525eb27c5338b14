-- status: fail
-- finds: view public.v sees every row of
CREATE TABLE a (x int);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
CREATE VIEW v AS SELECT x FROM a;
