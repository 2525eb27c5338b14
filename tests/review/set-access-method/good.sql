CREATE TABLE events_new (id bigint PRIMARY KEY) USING columnar;
