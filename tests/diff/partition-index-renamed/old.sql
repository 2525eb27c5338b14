create table p (a int, b int, constraint p_check check (b > 0)) partition by range (a);
create table p1 partition of p for values from (0) to (5) partition by range (b);
create table p11 partition of p1 for values from (0) to (3);
create index ip on p (b);
create table k (a int primary key, b int) partition by range (a);
create table k1 partition of k for values from (0) to (5);
create table f (a int constraint f_key references k);
