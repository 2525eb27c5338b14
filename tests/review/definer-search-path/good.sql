CREATE FUNCTION balance(account bigint) RETURNS numeric LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1.0';
