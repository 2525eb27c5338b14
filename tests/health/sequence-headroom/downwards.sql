-- status: fail
-- finds: sequence public.s has used 95.0 %
CREATE SEQUENCE s INCREMENT -1 MINVALUE -1000 MAXVALUE -1 START -1;
SELECT setval('s', -950);
