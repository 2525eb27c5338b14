-- pgkeel: transaction=off
-- pgkeel:up
CREATE INDEX CONCURRENTLY notes_body ON notes (body);
-- pgkeel:down
DROP INDEX CONCURRENTLY notes_body;
