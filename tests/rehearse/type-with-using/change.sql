-- What USING says is not what a cast says; no form without it may be told.
-- note has: new column beside the old one
ALTER TABLE t ALTER a TYPE timestamptz USING a AT TIME ZONE 'Europe/Rome',
    ALTER s TYPE int USING length(s), ALTER code TYPE varchar(20) USING left(code, 20), ALTER c TYPE text COLLATE "C";
