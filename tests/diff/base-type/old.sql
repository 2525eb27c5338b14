CREATE TYPE public.money_like;
CREATE FUNCTION public.money_like_in(cstring) RETURNS public.money_like LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION public.money_like_out(public.money_like) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION public.money_like_send(public.money_like) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
CREATE TYPE public.money_like (INPUT = public.money_like_in, OUTPUT = public.money_like_out, LIKE = text);
CREATE TABLE public.prices (id integer, amount public.money_like);
CREATE TYPE public.later;
