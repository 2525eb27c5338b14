create table a (x int);
create table k () inherits (a);
alter table a add constraint nn not null x not valid;
