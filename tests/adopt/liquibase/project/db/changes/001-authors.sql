--liquibase formatted sql

--changeset ada:1 labels:core
--comment: People who write
CREATE TABLE authors (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
--rollback DROP TABLE authors;
