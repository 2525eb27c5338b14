-- Migration 000: Create the catalogue of forms
-- Purpose: What customers fill in; everything that can be asked about starts here

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "Forms" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(255) NOT NULL UNIQUE,
  description TEXT,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
  "isActive" BOOLEAN NOT NULL DEFAULT true,
  "createdAt" TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  "updatedAt" TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

COMMENT ON TABLE "Forms" IS 'Forms that customers fill in';

COMMIT;

-- pgkeel:down
-- Rollback 000: Remove the catalogue of forms
BEGIN;

DROP TABLE IF EXISTS "Forms";

COMMIT;
