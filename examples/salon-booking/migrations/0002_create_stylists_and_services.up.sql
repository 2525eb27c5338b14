-- pgkeel: requires-extension pg_trgm >= 1.5
-- Who works in the salon and what can be booked.
CREATE TYPE salon_category AS ENUM ('Hairdressing', 'Aesthetics', 'Both');

CREATE TABLE stylists (
  id                 UUID           NOT NULL DEFAULT uuid_generate_v4(),
  name               VARCHAR(100)   NOT NULL,
  category           salon_category NOT NULL,
  google_calendar_id VARCHAR(255)   NOT NULL,
  is_active          BOOLEAN        NOT NULL DEFAULT true,
  metadata           JSONB          NOT NULL DEFAULT '{}',
  created_at         TIMESTAMPTZ    NOT NULL DEFAULT now(),
  updated_at         TIMESTAMPTZ    NOT NULL DEFAULT now(),
  CONSTRAINT stylists_pkey PRIMARY KEY (id),
  CONSTRAINT stylists_name_key UNIQUE (name),
  CONSTRAINT stylists_google_calendar_id_key UNIQUE (google_calendar_id)
);

CREATE TABLE services (
  id                       UUID           NOT NULL DEFAULT uuid_generate_v4(),
  name                     VARCHAR(200)   NOT NULL,
  category                 salon_category NOT NULL,
  duration_minutes         INTEGER        NOT NULL,
  price_euros              NUMERIC(10,2)  NOT NULL,
  requires_advance_payment BOOLEAN        NOT NULL DEFAULT true,
  description              TEXT,
  is_active                BOOLEAN        NOT NULL DEFAULT true,
  created_at               TIMESTAMPTZ    NOT NULL DEFAULT now(),
  updated_at               TIMESTAMPTZ    NOT NULL DEFAULT now(),
  CONSTRAINT services_pkey PRIMARY KEY (id),
  CONSTRAINT services_name_key UNIQUE (name),
  CONSTRAINT services_duration_check CHECK (duration_minutes > 0),
  CONSTRAINT services_price_check CHECK (price_euros >= 0)
);

CREATE INDEX idx_stylists_category ON stylists (category) WHERE is_active;
CREATE INDEX idx_services_category ON services (category) WHERE is_active;
-- This is the index that once failed without pg_trgm, silently, and left an empty database.
CREATE INDEX idx_services_name_trgm ON services USING gin (name gin_trgm_ops);

COMMENT ON TABLE stylists IS 'People who work in the salon, each with a calendar';
COMMENT ON COLUMN stylists.category IS 'What the stylist does; Both does everything';
COMMENT ON TABLE services IS 'What a customer can book';
COMMENT ON COLUMN services.requires_advance_payment IS 'Free services (consultations) need none';
