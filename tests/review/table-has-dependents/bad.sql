-- file: 001_create.sql
CREATE TABLE messages (id bigint PRIMARY KEY);
CREATE VIEW recent AS SELECT id FROM messages;
-- file: 002_drop.sql
DROP TABLE messages;
