CREATE FUNCTION public.one(integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION public.two() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION public.three() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
