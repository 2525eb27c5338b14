-- plan has: ALTER STATISTICS public.kept SET STATISTICS 500
-- plan lacks: DROP STATISTICS public.kept
CREATE SCHEMA stats;
CREATE TABLE public.t (a integer, b bigint, c text);
CREATE STATISTICS public.kept (ndistinct) ON a, b FROM public.t;
ALTER STATISTICS public.kept SET STATISTICS 500;
COMMENT ON STATISTICS public.kept IS 'kept';
ALTER STATISTICS public.kept OWNER TO diff_owner;
CREATE STATISTICS public.changed (mcv, dependencies) ON a, b FROM public.t;
CREATE STATISTICS stats.expressions ON lower(c), (a + 1) FROM public.t;
CREATE STATISTICS stats.one ON (upper(c)) FROM public.t;
