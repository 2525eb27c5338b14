CREATE AGGREGATE public.one(integer) (SFUNC = int4_sum, STYPE = bigint);
CREATE PROCEDURE public.two() LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.three() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
