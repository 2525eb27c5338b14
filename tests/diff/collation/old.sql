CREATE COLLATION public.plain (provider = libc, locale = 'C');
CREATE COLLATION public.german (provider = icu, locale = 'de-u-co-phonebk');
CREATE TABLE public.people (id integer, name text COLLATE public.german);
INSERT INTO public.people VALUES (1, 'Ärger');
CREATE INDEX people_name ON public.people (name);
CREATE VIEW public.named AS SELECT name FROM public.people;
