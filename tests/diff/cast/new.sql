CREATE TYPE public.mood AS ENUM ('sad', 'happy');
CREATE FUNCTION public.mood_of(integer) RETURNS public.mood LANGUAGE sql IMMUTABLE
    AS $$SELECT CASE WHEN $1 > 0 THEN 'happy'::public.mood ELSE 'sad' END$$;
CREATE CAST (integer AS public.mood) WITH FUNCTION public.mood_of(integer) AS ASSIGNMENT;
COMMENT ON CAST (integer AS public.mood) IS 'numbers have moods';
CREATE DOMAIN public.posint AS integer;
CREATE TYPE public.pair AS (a integer, b integer);
CREATE TYPE public.other_pair AS (a integer, b integer);
CREATE CAST (public.pair AS public.other_pair) WITH INOUT AS IMPLICIT;
CREATE TABLE public.feelings (felt public.mood);
CREATE CAST (character varying AS public.mood) WITH INOUT AS IMPLICIT;
