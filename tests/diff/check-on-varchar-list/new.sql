CREATE TABLE t (s varchar(10) CHECK (s IN ('a', 'b')), CONSTRAINT n CHECK (s <> ALL (ARRAY['x','y'])));
CREATE INDEX i ON t (s) WHERE s IN ('a', 'it''s');
