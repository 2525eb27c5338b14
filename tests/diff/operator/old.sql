CREATE FUNCTION public.same(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
CREATE FUNCTION public.same(text, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2::text';
CREATE FUNCTION public.fact(bigint) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT factorial($1)';
CREATE OPERATOR public.=== (FUNCTION = public.same, LEFTARG = integer, RIGHTARG = text);
CREATE OPERATOR public.!! (FUNCTION = public.fact, RIGHTARG = bigint);
