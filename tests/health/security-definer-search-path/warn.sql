-- status: warn
-- finds: ALTER FUNCTION public.f(a integer) SET search_path = public, pg_temp;
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
