-- plan has: ALTER OPERATOR FAMILY public.numbers USING btree
-- plan lacks: DROP OPERATOR CLASS public.down
CREATE OPERATOR FAMILY public.numbers USING btree;
COMMENT ON OPERATOR FAMILY public.numbers USING btree IS 'numbers, largest first';
ALTER OPERATOR FAMILY public.numbers USING btree OWNER TO diff_owner;
CREATE OPERATOR CLASS public.down FOR TYPE integer USING btree FAMILY public.numbers AS
    OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(integer, integer);
COMMENT ON OPERATOR CLASS public.down USING btree IS 'integers';
ALTER OPERATOR CLASS public.down USING btree OWNER TO diff_owner;
ALTER OPERATOR FAMILY public.numbers USING btree ADD
    OPERATOR 1 > (integer, bigint), OPERATOR 5 < (integer, bigint), FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
CREATE TABLE public.t (a integer, b text);
CREATE INDEX t_a ON public.t (a public.down);
CREATE OPERATOR CLASS public.plain FOR TYPE text USING btree AS
    OPERATOR 1 ~<~, OPERATOR 3 =, OPERATOR 5 ~>~, FUNCTION 1 bttext_pattern_cmp(text, text);
CREATE INDEX t_b ON public.t (b public.plain);
CREATE OPERATOR CLASS public.words FOR TYPE tsquery USING gist AS
    OPERATOR 7 @>, OPERATOR 8 <@, FUNCTION 1 gtsquery_consistent(internal, tsquery, smallint, oid, internal),
    FUNCTION 2 gtsquery_union(internal, internal), FUNCTION 3 gtsquery_compress(internal),
    FUNCTION 5 gtsquery_penalty(internal, internal, internal), FUNCTION 6 gtsquery_picksplit(internal, internal),
    FUNCTION 7 gtsquery_same(bigint, bigint, internal), STORAGE bigint;
