-- settings: naming table [a-z_]+
CREATE TABLE orders (id bigint PRIMARY KEY);
