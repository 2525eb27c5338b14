-- no-transaction
DROP INDEX CONCURRENTLY idx_books_title;
