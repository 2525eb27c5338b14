-- Verify library:create_book_list on pg

BEGIN;

SELECT id, title, author FROM book_list WHERE false;

ROLLBACK;
