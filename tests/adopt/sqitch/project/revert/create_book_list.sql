-- Revert library:create_book_list from pg

BEGIN;

DROP VIEW book_list;

COMMIT;
