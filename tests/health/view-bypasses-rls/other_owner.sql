-- status: warn
-- finds: applies its owner's policies
CREATE TABLE a (x int);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
CREATE VIEW v AS SELECT x FROM a;
ALTER VIEW v OWNER TO {role};
