-- Migration 014: Semantic foundation
-- Purpose: Customers, their sites and the concepts that their data speaks of

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "Customer" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  code VARCHAR(50) NOT NULL UNIQUE,
  name VARCHAR(255) NOT NULL UNIQUE,
  is_active BOOLEAN NOT NULL DEFAULT true,
  metadata JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE TABLE IF NOT EXISTS "CustomerSite" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  name VARCHAR(255) NOT NULL,
  time_zone VARCHAR(64) NOT NULL DEFAULT 'UTC',
  UNIQUE (customer_id, name)
);

CREATE TABLE IF NOT EXISTS "SemanticConcept" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  concept VARCHAR(255) NOT NULL,
  category VARCHAR(50) NOT NULL CHECK (category IN ('measure','dimension','time','identifier')),
  description TEXT,
  metadata JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  UNIQUE (customer_id, concept)
);

COMMENT ON TABLE "Customer" IS 'Customers; other tables reference the UUID, never the code';
COMMENT ON COLUMN "Customer".code IS 'Short name for people and URLs; may change';
COMMENT ON TABLE "CustomerSite" IS 'Places where a customer works';
COMMENT ON TABLE "SemanticConcept" IS 'What the data of a customer speaks of';

COMMIT;

-- pgkeel:down
-- Rollback 014: Remove the semantic foundation
BEGIN;

DROP TABLE IF EXISTS "SemanticConcept";
DROP TABLE IF EXISTS "CustomerSite";
DROP TABLE IF EXISTS "Customer";

COMMIT;
