CREATE TABLE users (id bigint PRIMARY KEY, state varchar(6) CHECK (state IN ('active', 'suspended')));
