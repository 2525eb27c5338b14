CREATE UNLOGGED TABLE events_new (id bigint PRIMARY KEY);
