-- The rows that the file writes are written by the sequence too.
-- safe has: UPDATE t SET n = length(kind) + 7
-- safe has: VALIDATE CONSTRAINT
-- safe has: SET NOT NULL
ALTER TABLE t ADD COLUMN n int;
UPDATE t SET n = length(kind) + 7;
ALTER TABLE t ALTER COLUMN n SET NOT NULL;
CREATE INDEX t_n ON t (n);
