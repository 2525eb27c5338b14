-- What the ORM sent at start-up in development mode (sync with alter: true): the model said
-- STRING(64), the migrations VARCHAR(128).
-- PostgreSQL: cannot alter type of a column used by a view or rule

-- pgkeel:up
ALTER TABLE chat_sessions ALTER COLUMN user_id TYPE VARCHAR(64);

-- pgkeel:down
ALTER TABLE chat_sessions ALTER COLUMN user_id TYPE VARCHAR(128);
