-- from: 18
create table users(id int not null, n text not null);
create table archived(like users);
create table a_first(z int constraint late_id_not_null check (z > 0), y int constraint kept_id_not_null not null);
create domain d as int constraint users_m_not_null check (value > 0);
alter table users add column m int not null;
create table kept(id int not null, n text not null);
create table late(id int not null);
create schema other;
create table other.users(like users);
