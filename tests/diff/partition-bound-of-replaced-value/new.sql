create type e as enum ('a', 'c');
create table p (k e, v int) partition by list (k);
create table pa partition of p for values in ('a');
create table pb partition of p for values in ('c');
create index on p (v) where k = 'a';
create policy po on p using (k = 'c');
create view v as select * from p where k = 'c';
