create function f(a int, b int default 1) returns int immutable language sql as 'select 1';
create view v as select f(1);
create view w as select * from v;
create table t (a int default f(2) check (f(a) > 0));
