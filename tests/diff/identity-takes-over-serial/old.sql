CREATE TABLE o (id serial PRIMARY KEY, x integer);
CREATE TABLE n (id integer GENERATED ALWAYS AS IDENTITY, x integer);
CREATE TABLE m (id integer, x integer);
INSERT INTO o (x) SELECT 1 FROM generate_series(1, 5);
INSERT INTO n (x) SELECT 1 FROM generate_series(1, 5);
INSERT INTO m VALUES (-3, 1);
