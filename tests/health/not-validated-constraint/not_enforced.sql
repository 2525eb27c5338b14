-- since: 18
-- status: pass
-- finds: declared NOT ENFORCED
CREATE TABLE a (x int);
ALTER TABLE a ADD CONSTRAINT positive CHECK (x > 0) NOT ENFORCED;
