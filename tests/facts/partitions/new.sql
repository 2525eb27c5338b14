CREATE TABLE public.days (k integer, d date, z integer) PARTITION BY RANGE (d);
CREATE TABLE public.days_1 PARTITION OF public.days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE public.days_2 (k integer, d date, z integer);
CREATE TABLE public.days_3 PARTITION OF public.days FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
CREATE TABLE public.days_4 PARTITION OF public.days FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE public.days_rest PARTITION OF public.days DEFAULT;
CREATE INDEX days_k ON public.days (k);
