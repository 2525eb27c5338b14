-- plan lacks: CREATE
-- plan lacks: DROP
create table p (a int, b int, constraint b_is_positive check (b > 0)) partition by range (a);
create table p1 partition of p for values from (0) to (5) partition by range (b);
create table p11 partition of p1 for values from (0) to (3);
create index iq on only p (b);
create index iq1 on only p1 (b);
create index iq11 on p11 (b);
alter index iq1 attach partition iq11;
alter index iq attach partition iq1;
create table k (a int constraint the_key primary key, b int) partition by range (a);
create table k1 partition of k for values from (0) to (5);
alter table k1 rename constraint k1_pkey to its_key;
create table f (a int constraint f_key references k);
