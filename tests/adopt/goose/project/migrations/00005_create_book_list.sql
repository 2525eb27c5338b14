-- +goose Up
CREATE VIEW book_list AS
SELECT b.id, b.title, a.name AS author
FROM books b
JOIN authors a ON a.id = b.author_id;

-- +goose Down
DROP VIEW book_list;
