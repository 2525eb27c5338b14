-- Verify library:create_authors on pg

BEGIN;

SELECT id, name, created_at FROM authors WHERE false;

ROLLBACK;
