create access method h2 type table handler heap_tableam_handler;
create table p (a int) partition by list (a) using h2;
create table q (a int) partition by list (a);
