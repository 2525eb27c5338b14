CREATE FUNCTION public.numbered() RETURNS bigint LANGUAGE internal WINDOW STABLE PARALLEL SAFE AS 'window_row_number';
COMMENT ON FUNCTION public.numbered() IS 'row_number';
CREATE VIEW public.v AS SELECT public.numbered() OVER (ORDER BY x) AS n FROM generate_series(1, 3) x;
