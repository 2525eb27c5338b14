CREATE TABLE users (id bigint PRIMARY KEY, state varchar(6) NOT NULL DEFAULT 'suspended');
