-- plan has: DROP INDEX public.t_a
CREATE OPERATOR CLASS public.down FOR TYPE integer USING btree AS
    OPERATOR 1 >, OPERATOR 3 =, OPERATOR 5 <, FUNCTION 1 btint4cmp(integer, integer), FUNCTION 4 btequalimage(oid);
CREATE TABLE public.t (a integer);
CREATE INDEX t_a ON public.t (a public.down);
COMMENT ON INDEX public.t_a IS 'rebuilt around its operator class';
