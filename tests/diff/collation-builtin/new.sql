-- from: 17
CREATE COLLATION public.simple (provider = builtin, locale = 'C.UTF-8');
