-- plan has: ALTER TYPE public.money_like SET
-- plan lacks: DROP TYPE public.money_like
CREATE TYPE public.money_like;
CREATE FUNCTION public.money_like_in(cstring) RETURNS public.money_like LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION public.money_like_out(public.money_like) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION public.money_like_send(public.money_like) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
CREATE TYPE public.money_like (INPUT = public.money_like_in, OUTPUT = public.money_like_out, SEND = public.money_like_send,
    STORAGE = main, LIKE = text);
COMMENT ON TYPE public.money_like IS 'an amount';
ALTER TYPE public.money_like OWNER TO diff_owner;
REVOKE USAGE ON TYPE public.money_like FROM PUBLIC;
GRANT USAGE ON TYPE public.money_like TO diff_reader WITH GRANT OPTION;
CREATE TABLE public.prices (id integer, amount public.money_like);
CREATE TYPE public.later;
CREATE FUNCTION public.later_in(cstring) RETURNS public.later LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION public.later_out(public.later) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE public.later (INPUT = public.later_in, OUTPUT = public.later_out, INTERNALLENGTH = 4, PASSEDBYVALUE,
    ALIGNMENT = int4, DEFAULT = '7', CATEGORY = 'N', DELIMITER = ';');
CREATE DOMAIN public.late_domain AS public.later;
CREATE FUNCTION public.same(public.later, public.later) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4eq';
CREATE OPERATOR public.=== (FUNCTION = public.same, LEFTARG = public.later, RIGHTARG = public.later, COMMUTATOR = OPERATOR(public.===));
CREATE VIEW public.later_view AS SELECT '7'::public.later OPERATOR(public.===) '8'::public.later AS same;
