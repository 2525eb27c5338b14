CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer);
CREATE AGGREGATE public.mean(double precision) (SFUNC = float8_accum, STYPE = double precision[], FINALFUNC = float8_avg, INITCOND = '{0,0,0}');
CREATE AGGREGATE public.rows(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE public.changed(integer) (SFUNC = int4larger, STYPE = integer);
CREATE VIEW public.sums AS SELECT public.total(x) AS total FROM generate_series(1, 3) x;
