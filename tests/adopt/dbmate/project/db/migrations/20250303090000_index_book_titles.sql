-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY idx_books_title ON books (title);

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY idx_books_title;
