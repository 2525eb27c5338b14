-- Each in a transaction of its own, and nobody waits.
-- safe has: ADD CONSTRAINT k CHECK (n > 5) NOT VALID
-- safe has: VALIDATE CONSTRAINT k
ALTER TABLE t ADD CONSTRAINT k CHECK (n > 5) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT k;
