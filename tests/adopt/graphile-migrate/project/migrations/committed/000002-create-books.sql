--! Previous: sha1:968817bc100492de60814340464f63d988ce11fb
--! Hash: sha1:c8368f7dccf6179d35f14e17da7429321496f10d
--! Message: create books

CREATE TABLE books (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  author_id bigint NOT NULL REFERENCES authors (id) ON DELETE CASCADE,
  title text NOT NULL
);
CREATE INDEX idx_books_author ON books (author_id);
