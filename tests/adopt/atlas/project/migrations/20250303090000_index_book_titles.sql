-- atlas:txmode none

-- Search by title
CREATE INDEX CONCURRENTLY idx_books_title ON books (title);
