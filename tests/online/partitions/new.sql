-- plan has: CREATE INDEX days_k ON ONLY public.days
-- plan has: CREATE INDEX CONCURRENTLY days_1_k
-- plan has: ATTACH PARTITION public.days_1_k
-- plan has: ALTER TABLE public.days DETACH PARTITION public.days_2 CONCURRENTLY
-- plan has: ALTER TABLE ONLY public.spare DETACH PARTITION public.spare_1
-- plan has: CHECK (d IS NOT NULL) NOT VALID or NOT NULL d NOT VALID
-- plan has: CREATE UNIQUE INDEX CONCURRENTLY days_1_pkey
CREATE TABLE public.days (k integer, d date, PRIMARY KEY (k, d), CHECK (k > 0)) PARTITION BY RANGE (d);
CREATE TABLE public.days_1 PARTITION OF public.days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE public.days_2 (k integer, d date);
CREATE TABLE public.a_partition PARTITION OF public.days FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
CREATE INDEX days_k ON public.days (k);
CREATE TABLE public.spare (k integer, d date) PARTITION BY RANGE (d);
CREATE TABLE public.spare_1 (k integer, d date);
CREATE TABLE public.spare_rest PARTITION OF public.spare DEFAULT;
