create table p (k int, constraint p_no_two exclude using btree (k with =)) partition by range (k);
create table p1 partition of p for values from (1) to (5);
create table q (k int, t text, constraint q_no_two exclude using btree (k with =, lower(t) with =)) partition by range (k);
create table q1 partition of q for values from (1) to (5) partition by range (k);
create table q11 partition of q1 for values from (1) to (3);
create table r (k int, exclude using btree (k with =)) partition by range (k);
create table r1 partition of r for values from (1) to (5);
