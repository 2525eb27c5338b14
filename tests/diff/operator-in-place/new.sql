-- plan has: ALTER OPERATOR public.~~~ (integer, integer) SET (JOIN = NONE, RESTRICT = areasel)
-- plan lacks: DROP
CREATE FUNCTION public.near(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) < 2';
CREATE OPERATOR public.~~~ (FUNCTION = public.near, LEFTARG = integer, RIGHTARG = integer, RESTRICT = areasel);
CREATE TABLE public.t (a integer, CHECK (a OPERATOR(public.~~~) 3));
