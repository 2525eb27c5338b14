CREATE DOMAIN public.word AS text DEFAULT 'x' CHECK (VALUE <> '');
CREATE DOMAIN public.short AS public.word CHECK (length(VALUE) < 10);
COMMENT ON DOMAIN public.short IS 'short';
