-- status: fail
-- finds: public.a.x (integer), filled by sequence public.s has used 93.1 % of its numbers: 2000000000 of 2147483647
CREATE SEQUENCE s;
CREATE TABLE a (x int DEFAULT nextval('s'));
SELECT setval('s', 2000000000);
