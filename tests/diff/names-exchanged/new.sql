-- Two keys exchange their names through a third one; what has both names on its own table all the time is made anew.
-- plan has: RENAME CONSTRAINT first TO second
-- plan lacks: PRIMARY KEY
CREATE TABLE t (id integer CONSTRAINT second PRIMARY KEY, size integer CONSTRAINT light CHECK (size < 9),
    weight integer CONSTRAINT small CHECK (weight < 5));
CREATE TABLE u (id integer CONSTRAINT first PRIMARY KEY REFERENCES t);
CREATE INDEX fourth ON t (size);
CREATE UNIQUE INDEX fifth ON u (id DESC);
CREATE INDEX third ON u (id, id);
CREATE TABLE heir () INHERITS (t);
