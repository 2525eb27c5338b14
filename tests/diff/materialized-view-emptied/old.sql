create materialized view m as select 1 as a;
create materialized view n as select 1 as a;
