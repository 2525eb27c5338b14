CREATE TABLE public.a (id integer PRIMARY KEY, twice integer GENERATED ALWAYS AS (id * 2) STORED);
CREATE PUBLICATION p FOR TABLE public.a;
