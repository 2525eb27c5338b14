-- Revert library:index_book_titles from pg

DROP INDEX CONCURRENTLY idx_books_title;
