-- What chance gives is another value each time, and equal all the same.
-- safe has: SET DEFAULT
-- safe has: UPDATE
ALTER TABLE u ADD COLUMN key uuid NOT NULL DEFAULT gen_random_uuid();
