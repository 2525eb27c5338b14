-- status: skipped
-- role: plain
-- finds: 1 of 1 sequences: the role lacks USAGE or SELECT
CREATE TABLE a (x serial);
SELECT setval('a_x_seq', 2000000000);
