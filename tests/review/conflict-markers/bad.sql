CREATE TABLE a (id bigint PRIMARY KEY);
<<<<<<< HEAD
CREATE TABLE b (id bigint PRIMARY KEY);
=======
CREATE TABLE c (id bigint PRIMARY KEY);
>>>>>>> feature
