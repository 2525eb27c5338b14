CREATE TABLE items (id bigint PRIMARY KEY, "order" bigint);
