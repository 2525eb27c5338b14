ALTER TABLE items DROP CONSTRAINT state_known, ADD CONSTRAINT state_known CHECK (state IN ('new', 'open')) NOT VALID;
