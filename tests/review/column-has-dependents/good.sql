-- file: 001_create.sql
CREATE TABLE messages (id bigint PRIMARY KEY, content varchar(4000));
CREATE VIEW recent AS SELECT id, content FROM messages;
-- file: 002_alter.sql
DROP VIEW recent;
ALTER TABLE messages ALTER COLUMN content TYPE text;
CREATE VIEW recent AS SELECT id, content FROM messages;
