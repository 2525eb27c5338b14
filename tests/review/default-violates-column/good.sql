CREATE TABLE users (id bigint PRIMARY KEY, state varchar(10) NOT NULL DEFAULT 'suspended' CHECK (state IN ('active', 'suspended')));
