-- Deploy library:index_book_titles to pg
-- requires: create_books

CREATE INDEX CONCURRENTLY idx_books_title ON books (title);
