-- The type's own statement stays to the letter, with its word; the key is told without long locks.
-- safe has: ALTER TABLE t ALTER a TYPE timestamptz USING a AT TIME ZONE 'Europe/Rome', ALTER b SET DEFAULT 7
-- safe has: NOT VALID
-- safe has: VALIDATE CONSTRAINT
-- safe has: new column beside the old one
ALTER TABLE t ALTER a TYPE timestamptz USING a AT TIME ZONE 'Europe/Rome', ALTER b SET DEFAULT 7;
ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES b (id);
