-- from: 17
create access method h2 type table handler heap_tableam_handler;
create table p (a int) partition by list (a);
create table q (a int) partition by list (a) using heap;
