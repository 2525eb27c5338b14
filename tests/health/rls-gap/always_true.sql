-- status: warn
-- finds: their condition is true: anybody, everybody
CREATE TABLE a (x int);
CREATE POLICY everybody ON a FOR UPDATE USING (true);
CREATE POLICY anybody ON a FOR INSERT WITH CHECK (true);
CREATE POLICY reads ON a FOR SELECT USING (true);
CREATE POLICY own ON a FOR DELETE USING (x > 0);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
