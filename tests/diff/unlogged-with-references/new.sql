create unlogged table a(id int primary key);
create unlogged table b(id int primary key references a);
create unlogged table c(id int references b, own int);
create table z(id int primary key);
create table y(id int references z, mine int primary key, other int references y);
