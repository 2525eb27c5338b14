-- secret: barley
-- secret: hunter2
-- plan has: ALTER SERVER one VERSION '2' OPTIONS (DROP port, SET host 'b', ADD "user" 'me')
-- plan has: ALTER FOREIGN TABLE public.far OPTIONS (DROP file, ADD path E'it''s \\here')
-- plan lacks: loses
-- plan lacks: DROP FOREIGN TABLE public.far
CREATE FUNCTION public.check_options(text[], oid) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FOREIGN DATA WRAPPER remote VALIDATOR public.check_options OPTIONS (debug 'false');
COMMENT ON FOREIGN DATA WRAPPER remote IS 'remote things';
GRANT USAGE ON FOREIGN DATA WRAPPER remote TO diff_reader;
CREATE SERVER one TYPE 'kind' VERSION '2' FOREIGN DATA WRAPPER remote OPTIONS (host 'b', "user" 'me');
COMMENT ON SERVER one IS 'one';
GRANT USAGE ON FOREIGN SERVER one TO diff_owner, diff_reader WITH GRANT OPTION;
ALTER SERVER one OWNER TO diff_owner;
CREATE SERVER two VERSION '3' FOREIGN DATA WRAPPER remote;
CREATE USER MAPPING FOR PUBLIC SERVER one OPTIONS ("user" 'x', password 'open \barley');
CREATE USER MAPPING FOR diff_owner SERVER two OPTIONS (password 'hunter2');
CREATE FOREIGN TABLE public.far (id integer OPTIONS (name 'b', more 'c') NOT NULL, note text DEFAULT 'n' CHECK (note <> '')) SERVER one OPTIONS (path 'it''s \here');
COMMENT ON FOREIGN TABLE public.far IS 'far';
COMMENT ON COLUMN public.far.note IS 'note';
GRANT SELECT ON public.far TO diff_reader;
ALTER FOREIGN TABLE public.far OWNER TO diff_owner;
ALTER FOREIGN TABLE public.far ALTER COLUMN id SET STATISTICS 50;
CREATE FOREIGN TABLE public.moved (id integer) SERVER two;
CREATE TABLE public.parted (day date, n integer) PARTITION BY RANGE (day);
CREATE FOREIGN TABLE public.parted_2024 PARTITION OF public.parted FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') SERVER two OPTIONS (t '2024');
CREATE TABLE public.parent (id integer);
CREATE FOREIGN TABLE public.child (extra text) INHERITS (public.parent) SERVER two;
