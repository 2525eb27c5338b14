CREATE TABLE sessions (id bigint PRIMARY KEY, session_uuid uuid NOT NULL);
