-- status: fail
-- finds: (smallint)
CREATE TABLE a (x smallint GENERATED ALWAYS AS IDENTITY);
SELECT setval('a_x_seq', 30000);
