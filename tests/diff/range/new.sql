CREATE FUNCTION public.time_diff(time, time) RETURNS double precision LANGUAGE sql IMMUTABLE
    AS 'SELECT EXTRACT(EPOCH FROM ($1 - $2))::double precision';
CREATE TYPE public.timerange AS RANGE (SUBTYPE = time, SUBTYPE_DIFF = public.time_diff, MULTIRANGE_TYPE_NAME = public."Times");
COMMENT ON TYPE public.timerange IS 'part of a day';
ALTER TYPE public.timerange OWNER TO diff_owner;
GRANT USAGE ON TYPE public.timerange TO diff_reader;
CREATE TABLE public.openings (id integer, during public.timerange, exceptions public."Times" DEFAULT '{}');
CREATE FUNCTION public.first(public."Times") RETURNS time LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE TYPE public.steps;
CREATE FUNCTION public.steps_canonical(public.steps) RETURNS public.steps LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE public.steps AS RANGE (SUBTYPE = integer, SUBTYPE_OPCLASS = int4_ops, CANONICAL = public.steps_canonical);
