CREATE TABLE meter (id integer, reading integer, unit text, CONSTRAINT sane CHECK (reading > 0));
CREATE TABLE electric () INHERITS (meter);
