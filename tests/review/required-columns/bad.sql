-- settings: required created_at
CREATE TABLE orders (id bigint PRIMARY KEY);
