DROP FUNCTION total(bigint);
CREATE FUNCTION total(id bigint, rate numeric) RETURNS numeric LANGUAGE sql AS 'SELECT 1';
