CREATE TABLE public.days (k integer, d date) PARTITION BY RANGE (d);
CREATE TABLE public.days_1 PARTITION OF public.days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE public.days_2 PARTITION OF public.days FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE public.days_rest PARTITION OF public.days DEFAULT;
CREATE TABLE public.days_3 (k integer, d date);
