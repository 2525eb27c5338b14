CREATE TYPE public.point2 AS (x integer, y integer);
CREATE FUNCTION public.to_plpgsql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'textlike_support';
CREATE TRANSFORM FOR public.point2 LANGUAGE plpgsql (FROM SQL WITH FUNCTION public.to_plpgsql(internal));
CREATE FUNCTION public.uses(public.point2) RETURNS integer LANGUAGE plpgsql TRANSFORM FOR TYPE public.point2 AS 'BEGIN RETURN 1; END';
