-- status: warn
-- finds: has row-level security and no policy
CREATE TABLE a (x int);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
