CREATE COLLATION public.special (provider = icu, locale = 'und');
