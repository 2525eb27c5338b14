create function f(a int, b text default 'x') returns int immutable language sql as 'select 1';
create view v as select f(1, 'x');
create view w as select * from v;
create table t (a int default f(2, 'x') check (f(a, 'y') > 0));
