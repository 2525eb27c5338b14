CREATE TYPE public.mood AS ENUM ('sad', 'happy');
CREATE FUNCTION public.mood_of(integer) RETURNS public.mood LANGUAGE sql IMMUTABLE
    AS $$SELECT CASE WHEN $1 > 0 THEN 'happy'::public.mood ELSE 'sad' END$$;
CREATE CAST (integer AS public.mood) WITH FUNCTION public.mood_of(integer);
CREATE CAST (public.mood AS json) WITH INOUT;
