-- Verify library:index_book_titles on pg

BEGIN;

SELECT 1 / count(*) FROM pg_indexes WHERE indexname = 'idx_books_title';

ROLLBACK;
