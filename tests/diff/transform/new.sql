-- plan has: CREATE OR REPLACE TRANSFORM FOR public.point2 LANGUAGE plpgsql
-- plan lacks: DROP
CREATE TYPE public.point2 AS (x integer, y integer);
CREATE FUNCTION public.to_plpgsql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'textlike_support';
CREATE FUNCTION public.from_plpgsql(internal) RETURNS public.point2 LANGUAGE internal IMMUTABLE AS 'textlike_support';
CREATE TRANSFORM FOR public.point2 LANGUAGE plpgsql (FROM SQL WITH FUNCTION public.to_plpgsql(internal), TO SQL WITH FUNCTION public.from_plpgsql(internal));
COMMENT ON TRANSFORM FOR public.point2 LANGUAGE plpgsql IS 'points';
CREATE FUNCTION public.uses(public.point2) RETURNS integer LANGUAGE plpgsql TRANSFORM FOR TYPE public.point2 AS 'BEGIN RETURN 1; END';
