-- from: 18
create table p (foo int not null, k int) partition by list (k);
create table p1 partition of p for values in (1);
create table q (foo int, k int, primary key (k)) partition by list (k);
create table q1 partition of q for values in (1);
create table f (k int references q);
