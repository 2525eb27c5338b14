-- plan lacks: DROP
create table a (x int, constraint c2 check (x > 0));
create table b () inherits (a);
create table c (x int check (x > 5)) inherits (b);
