CREATE TABLE t (id integer CONSTRAINT first PRIMARY KEY, size integer CONSTRAINT small CHECK (size < 9),
    weight integer CONSTRAINT light CHECK (weight < 5));
CREATE TABLE u (id integer CONSTRAINT second PRIMARY KEY REFERENCES t);
CREATE INDEX third ON t (size);
CREATE UNIQUE INDEX fourth ON u (id DESC);
CREATE INDEX fifth ON u (id, id);
CREATE TABLE heir () INHERITS (t);
