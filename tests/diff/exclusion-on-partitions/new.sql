-- from: 17
create table p (k int, constraint p_no_two exclude using btree (k with =)) partition by range (k);
create table p1 (k int);
create table p2 partition of p for values from (5) to (9);
alter table p2 rename constraint p2_k_excl to its_own;
create table q (k int, t text, constraint q_no_two exclude using btree (k with =, upper(t) with =)) partition by range (k);
create table q1 partition of q for values from (1) to (5) partition by range (k);
create table q11 partition of q1 for values from (1) to (3);
create table r (k int) partition by range (k);
create table r1 partition of r for values from (1) to (5);
create function f(int, int) returns int immutable language sql as 'select $1';
create table e (k int, a int, constraint e_two exclude using btree (k with =, f(k, a) with =),
    constraint e_sum exclude using btree (k with =, (k + a) with =)) partition by range (k);
create table e1 partition of e for values from (1) to (5);
