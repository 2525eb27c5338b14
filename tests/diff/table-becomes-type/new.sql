-- plan has: loses every row of table public.x
create type x as (b text, a int);
create table t (id serial, c x);
create view v as select (c).a from t;
create function f(x) returns int language sql as 'select 1';
