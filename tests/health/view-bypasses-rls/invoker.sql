-- since: 15
-- status: pass
CREATE TABLE a (x int);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
CREATE VIEW v WITH (security_invoker = true) AS SELECT x FROM a;
