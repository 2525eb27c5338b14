create table p (a int, b int) partition by range (a);
create table p1 partition of p for values from (0) to (5);
create table p2 partition of p for values from (5) to (9);
create index ip on p (b);
create table q (a int primary key, b int) partition by range (a);
create table q1 partition of q for values from (0) to (5);
create table f (a int references q);
