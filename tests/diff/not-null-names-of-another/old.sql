create table kept(id int, n text not null);
create table late(id int);
