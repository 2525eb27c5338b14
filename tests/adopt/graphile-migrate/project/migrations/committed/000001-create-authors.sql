--! Previous: -
--! Hash: sha1:968817bc100492de60814340464f63d988ce11fb
--! Message: create authors

CREATE TABLE authors (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
