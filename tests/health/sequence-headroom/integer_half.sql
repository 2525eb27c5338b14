-- status: warn
-- finds: has used 51.2 %
CREATE TABLE a (x serial);
SELECT setval('a_x_seq', 1100000000);
