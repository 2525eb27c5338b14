-- plan has: CREATE OR REPLACE AGGREGATE public.total(integer)
-- plan lacks: DROP VIEW
CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl,
    MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = '0', PARALLEL = safe);
COMMENT ON AGGREGATE public.total(integer) IS 'sum';
ALTER AGGREGATE public.total(integer) OWNER TO diff_owner;
CREATE AGGREGATE public.mean(double precision) (SFUNC = float8_accum, STYPE = double precision[], SSPACE = 64, FINALFUNC = float8_avg,
    FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = float8_combine, INITCOND = '{0,0,0}', PARALLEL = restricted);
CREATE AGGREGATE public.rows(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
COMMENT ON AGGREGATE public.rows(*) IS 'count';
REVOKE EXECUTE ON FUNCTION public.rows() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.rows() TO diff_reader;
CREATE AGGREGATE public.changed(integer) (SFUNC = int4_avg_accum, STYPE = bigint[], FINALFUNC = int8_avg, INITCOND = '{0,0}');
CREATE AGGREGATE public.least_of(integer) (SFUNC = int4smaller, STYPE = integer, SORTOP = <);
CREATE AGGREGATE public.middle(double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
    FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
COMMENT ON AGGREGATE public.middle(double precision ORDER BY anyelement) IS 'ordered-set';
CREATE AGGREGATE public.place(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal,
    FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE AGGREGATE public.listed(item text, separator text) (SFUNC = string_agg_transfn, STYPE = internal, FINALFUNC = string_agg_finalfn);
CREATE VIEW public.sums AS SELECT public.total(x) AS total FROM generate_series(1, 3) x;
