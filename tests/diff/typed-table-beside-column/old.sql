create type c as (a int, b text);
create table t of c (primary key (a));
create index on t (b);
create table u (x c);
create view v as select b from t;
create type d as (a int, b text);
create table becomes (a int, b varchar(5));
create table other (x d);
