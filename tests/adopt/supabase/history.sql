-- The history that the Supabase CLI left.
CREATE SCHEMA supabase_migrations;

CREATE TABLE supabase_migrations.schema_migrations (
    version text NOT NULL,
    statements text[],
    name text
);

CREATE TABLE supabase_migrations.seed_files (
    path text NOT NULL,
    hash text NOT NULL
);

INSERT INTO supabase_migrations.schema_migrations (version, statements, name) VALUES ('20250301090000', '{"CREATE TABLE authors (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
)"}', 'create_authors');
INSERT INTO supabase_migrations.schema_migrations (version, statements, name) VALUES ('20250302090000', '{"CREATE TABLE books (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  author_id bigint NOT NULL REFERENCES authors (id) ON DELETE CASCADE,
  title text NOT NULL
)","CREATE INDEX idx_books_author ON books (author_id)"}', 'create_books');
INSERT INTO supabase_migrations.schema_migrations (version, statements, name) VALUES ('20250303090000', '{"CREATE INDEX idx_books_title ON books (title)"}', 'index_book_titles');

INSERT INTO supabase_migrations.seed_files (path, hash) VALUES ('supabase/seed.sql', 'd4503ef8fe2109723897a6707a466300ee43d6316de39b5b8551f30872bc0e08');

ALTER TABLE ONLY supabase_migrations.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY supabase_migrations.seed_files
    ADD CONSTRAINT seed_files_pkey PRIMARY KEY (path);
