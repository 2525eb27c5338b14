-- plan has: ALTER PUBLICATION part SET
-- plan has: ALTER PUBLICATION part DROP TABLE ONLY public.gone
-- plan lacks: DROP PUBLICATION part
CREATE TABLE public.a (id integer PRIMARY KEY, b text, c text);
CREATE TABLE public.b (id integer PRIMARY KEY);
CREATE TABLE public.gone (id integer PRIMARY KEY);
CREATE PUBLICATION everything FOR TABLE public.a;
CREATE PUBLICATION part FOR TABLE public.a, public.b WITH (publish = 'insert, update', publish_via_partition_root = true);
COMMENT ON PUBLICATION part IS 'some';
ALTER PUBLICATION part OWNER TO diff_owner;
CREATE PUBLICATION nothing WITH (publish = '');
