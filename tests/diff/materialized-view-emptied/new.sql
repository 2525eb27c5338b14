-- plan has: -- loses every row of materialized view public.m
-- plan has: -- loses every row of materialized view public.n
create materialized view m as select 1 as a with no data;
create materialized view n as select 2 as a with no data;
