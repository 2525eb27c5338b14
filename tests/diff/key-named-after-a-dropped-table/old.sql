CREATE TABLE samples_before (id integer, CONSTRAINT samples_pkey PRIMARY KEY (id));
CREATE TABLE samples (id integer, other integer, CONSTRAINT samples_pkey1 PRIMARY KEY (id));
CREATE TABLE uses (sample integer REFERENCES samples);
CREATE INDEX samples_new ON samples (other);
CREATE TABLE spare (id integer, CONSTRAINT samples_other UNIQUE (id));
CREATE VIEW notes_pkey AS SELECT 1 AS one;
CREATE TABLE notes (id integer, CONSTRAINT notes_key PRIMARY KEY (id));
