CREATE TABLE items (id bigint PRIMARY KEY, "order" bigint REFERENCES orders (id) ON DELETE CASCADE);
