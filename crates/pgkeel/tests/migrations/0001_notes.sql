-- pgkeel:up
CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);
-- pgkeel:down
DROP TABLE notes;
