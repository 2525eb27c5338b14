-- Deploy library:create_book_list to pg
-- requires: create_books

BEGIN;

CREATE VIEW book_list AS
SELECT b.id, b.title, a.name AS author
FROM books b
JOIN authors a ON a.id = b.author_id;

COMMIT;
