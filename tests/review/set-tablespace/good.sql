CREATE TABLE events_new (id bigint PRIMARY KEY) TABLESPACE fast;
