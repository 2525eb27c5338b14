-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY idx_books_title ON books (title);

-- +goose Down
DROP INDEX CONCURRENTLY idx_books_title;
