create table t(a text);
create view m as select a from t;
alter view m owner to diff_owner;
create table made(a int);
alter table made owner to diff_owner;
alter default privileges grant select on tables to diff_owner, diff_reader;
