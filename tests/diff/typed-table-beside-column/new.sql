create type c as (a int, b varchar(5), d date);
create table t of c (primary key (a), b default 'x');
create index on t (b);
create table u (x c);
create view v as select b from t;
create type d as (a int, b text, e int);
create table becomes of d;
create table other (x d);
