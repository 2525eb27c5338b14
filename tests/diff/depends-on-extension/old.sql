CREATE EXTENSION hstore;
CREATE TABLE public.t (a integer, h public.hstore);
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION public.g() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION public.g() DEPENDS ON EXTENSION hstore;
