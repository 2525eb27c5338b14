-- from: 18
-- no way back: the NOT NULL of column x of public.k stays validated
create table a (x int);
create table k () inherits (a);
alter table a add constraint nn not null x not valid;
alter table k validate constraint nn;
