create table b(t text not null, u int not null);
create table k(own int) inherits(b);
create table l() inherits(k);
