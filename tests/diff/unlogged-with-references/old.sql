create table a(id int primary key);
create table b(id int primary key references a);
create table c(id int references b, own int);
create unlogged table z(id int primary key);
create unlogged table y(id int references z, mine int primary key, other int references y);
