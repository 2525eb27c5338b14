-- from: 17
-- plan has: SET (COMMUTATOR = OPERATOR(public.~~~), MERGES, HASHES)
-- plan lacks: DROP
CREATE FUNCTION public.near(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) < 2';
CREATE OPERATOR public.~~~ (FUNCTION = public.near, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(public.~~~), MERGES, HASHES);
CREATE TABLE public.t (a integer, CHECK (a OPERATOR(public.~~~) 3));
