-- from: 18
create table b(t text, u int not null);
create table k(own int) inherits(b);
alter table k alter t set not null;
create table l() inherits(k);
