create table x (a int, b text);
create index on x (a);
create table t (id serial, c x);
create view v as select (c).a from t;
create function f(x) returns int language sql as 'select 1';
