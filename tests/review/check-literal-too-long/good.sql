CREATE TABLE users (id bigint PRIMARY KEY, state varchar(9) CHECK (state IN ('active', 'suspended')));
