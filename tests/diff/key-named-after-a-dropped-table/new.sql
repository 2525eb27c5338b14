-- A key and an index keep what they are, although what has the name that they get is still there when they get it.
-- plan has: RENAME CONSTRAINT samples_pkey1 TO samples_pkey
-- plan has: ALTER INDEX public.samples_new RENAME TO samples_other
CREATE TABLE samples (id integer, other integer, CONSTRAINT samples_pkey PRIMARY KEY (id));
CREATE TABLE uses (sample integer REFERENCES samples);
CREATE INDEX samples_other ON samples (other);
CREATE TABLE notes (id integer, CONSTRAINT notes_pkey PRIMARY KEY (id));
