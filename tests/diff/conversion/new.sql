CREATE DEFAULT CONVERSION public.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION public.latin IS 'the default';
ALTER CONVERSION public.latin OWNER TO diff_owner;
