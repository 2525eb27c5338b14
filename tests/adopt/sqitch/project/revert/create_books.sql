-- Revert library:create_books from pg

BEGIN;

DROP TABLE books;

COMMIT;
