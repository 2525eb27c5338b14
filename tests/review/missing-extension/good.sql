CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX users_name_idx ON users USING gin (name gin_trgm_ops);
