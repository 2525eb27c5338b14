-- Rules of the house and answers to frequent questions.
--
-- The salon opens and closes its days in Madrid: "midnight, 1 October" below is 22:00 UTC of the day
-- before. The setting ends with this migration.
SET timezone = 'Europe/Madrid';

CREATE TABLE policies (
  id          UUID         NOT NULL DEFAULT uuid_generate_v4(),
  key         VARCHAR(100) NOT NULL,
  value       JSONB        NOT NULL,
  description TEXT,
  valid_from  TIMESTAMPTZ  NOT NULL DEFAULT '2025-10-01 00:00',
  created_at  TIMESTAMPTZ  NOT NULL DEFAULT now(),
  updated_at  TIMESTAMPTZ  NOT NULL DEFAULT now(),
  CONSTRAINT policies_pkey PRIMARY KEY (id),
  CONSTRAINT policies_key_key UNIQUE (key),
  CONSTRAINT policies_key_check CHECK (key ~ '^[a-z][a-z0-9_]*$')
);

COMMENT ON TABLE policies IS 'Business rules and frequent questions, by key';
COMMENT ON COLUMN policies.valid_from IS 'From when on it holds: the beginning of a day in Madrid';
