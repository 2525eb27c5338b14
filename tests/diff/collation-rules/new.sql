-- from: 16
CREATE COLLATION public.special (provider = icu, locale = 'und', rules = '&V << w <<< W');
