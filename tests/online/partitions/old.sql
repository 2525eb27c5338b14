CREATE TABLE public.days (k integer, d date) PARTITION BY RANGE (d);
CREATE TABLE public.days_1 PARTITION OF public.days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE public.days_2 PARTITION OF public.days FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE public.a_partition PARTITION OF public.days FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
CREATE TABLE public.spare (k integer, d date) PARTITION BY RANGE (d);
CREATE TABLE public.spare_1 PARTITION OF public.spare FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE public.spare_rest PARTITION OF public.spare DEFAULT;
INSERT INTO public.days VALUES (1, '2020-05-05'), (2, '2021-05-05');
