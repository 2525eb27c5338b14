-- plan lacks: DROP COLUMN
-- plan lacks: DROP TABLE
CREATE COLLATION public.plain (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
COMMENT ON COLLATION public.plain IS 'bytes';
ALTER COLLATION public.plain OWNER TO diff_owner;
CREATE COLLATION public.german (provider = icu, locale = 'de', deterministic = false);
CREATE TABLE public.people (id integer, name text COLLATE public.german);
CREATE INDEX people_name ON public.people (name);
CREATE VIEW public.named AS SELECT name FROM public.people;
CREATE DOMAIN public.word AS text COLLATE public.plain;
