create table t(id int primary key, b text);
create view v as select id, b from t group by id;
create view w as select * from v;
