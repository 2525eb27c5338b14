-- status: fail
-- finds: which is now
CREATE TABLE a (x text COLLATE "und-x-icu");
UPDATE pg_collation SET collversion = '0' WHERE collname = 'und-x-icu';
