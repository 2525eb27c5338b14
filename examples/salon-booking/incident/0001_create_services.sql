-- The first migration as the incident knew it: nothing installs pg_trgm.
-- PostgreSQL: operator class "gin_trgm_ops" does not exist for access method "gin"
CREATE TABLE services (
  id   UUID         NOT NULL DEFAULT gen_random_uuid(),
  name VARCHAR(200) NOT NULL,
  CONSTRAINT services_pkey PRIMARY KEY (id)
);

CREATE INDEX idx_services_name_trgm ON services USING gin (name gin_trgm_ops);
