CREATE TABLE sessions (id bigint PRIMARY KEY, session_uuid varchar(36) NOT NULL);
