create table t(id int not null, b text, a int not null, constraint pk2 primary key(id, a));
create view v as select id, b from t group by id, a;
create view w as select * from v;
