-- Migration 015: Semantic index
-- Purpose: Which form field speaks of which concept
-- Dependencies: 001_create_form_fields.sql, 014_semantic_foundation.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "SemanticIndex" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  form_id UUID NOT NULL REFERENCES "Forms"(id) ON DELETE CASCADE,
  discovered_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  confidence NUMERIC(3,2) NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  UNIQUE (customer_id, form_id)
);

CREATE TABLE IF NOT EXISTS "SemanticIndexField" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  semantic_index_id UUID NOT NULL REFERENCES "SemanticIndex"(id) ON DELETE CASCADE,
  field_id UUID NOT NULL REFERENCES "FormFields"(id) ON DELETE CASCADE,
  concept_id UUID NULL REFERENCES "SemanticConcept"(id) ON DELETE SET NULL,
  confidence NUMERIC(3,2) NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  UNIQUE (semantic_index_id, field_id)
);

CREATE INDEX IF NOT EXISTS idx_semantic_index_form ON "SemanticIndex" (form_id);
CREATE INDEX IF NOT EXISTS idx_semantic_index_field_customer ON "SemanticIndexField" (customer_id);
CREATE INDEX IF NOT EXISTS idx_semantic_index_field_field ON "SemanticIndexField" (field_id);
CREATE INDEX IF NOT EXISTS idx_semantic_index_field_concept ON "SemanticIndexField" (concept_id);

COMMENT ON TABLE "SemanticIndex" IS 'Forms of a customer that have been understood';
COMMENT ON TABLE "SemanticIndexField" IS 'Which concept a field speaks of, and how sure that is';

COMMIT;

-- pgkeel:down
-- Rollback 015: Remove the semantic index
BEGIN;

DROP TABLE IF EXISTS "SemanticIndexField";
DROP TABLE IF EXISTS "SemanticIndex";

COMMIT;
