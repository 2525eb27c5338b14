--liquibase formatted sql

--changeset ada:2
CREATE TABLE books (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  author_id bigint NOT NULL REFERENCES authors (id) ON DELETE CASCADE,
  title text NOT NULL
);
CREATE INDEX idx_books_author ON books (author_id);
--rollback DROP TABLE books;

--changeset grace:3 runInTransaction:false
CREATE INDEX CONCURRENTLY idx_books_title ON books (title);
--rollback DROP INDEX CONCURRENTLY idx_books_title;
