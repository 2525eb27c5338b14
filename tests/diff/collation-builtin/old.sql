CREATE COLLATION public.simple (provider = libc, locale = 'C');
