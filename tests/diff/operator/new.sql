-- plan has: ALTER OPERATOR public.!! (NONE, bigint) OWNER TO diff_owner
-- plan lacks: DROP OPERATOR public.!!
CREATE FUNCTION public.same(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
CREATE FUNCTION public.same(text, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2::text';
CREATE FUNCTION public.fact(bigint) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT factorial($1)';
CREATE OPERATOR public.=== (FUNCTION = public.same, LEFTARG = integer, RIGHTARG = text, COMMUTATOR = OPERATOR(public.===), RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR public.=== (FUNCTION = public.same, LEFTARG = text, RIGHTARG = integer, COMMUTATOR = OPERATOR(public.===));
CREATE OPERATOR public.!! (FUNCTION = public.fact, RIGHTARG = bigint);
ALTER OPERATOR public.!! (NONE, bigint) OWNER TO diff_owner;
COMMENT ON OPERATOR public.!! (NONE, bigint) IS 'factorial';
CREATE FUNCTION public.differs(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text <> $2';
CREATE OPERATOR public.!== (FUNCTION = public.differs, LEFTARG = integer, RIGHTARG = text, NEGATOR = OPERATOR(public.===));
CREATE TABLE public.t (a integer, b text, CHECK (a OPERATOR(public.===) b));
CREATE VIEW public.v AS SELECT a OPERATOR(public.!==) b AS differs FROM public.t;
