-- Migration 016: Semantic index of other tables
-- Purpose: Customers have data outside forms too
-- Dependencies: 014_semantic_foundation.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "SemanticIndexNonForm" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  table_name VARCHAR(128) NOT NULL,
  column_name VARCHAR(128) NOT NULL,
  data_type VARCHAR(50) NOT NULL,
  concept_id UUID NULL REFERENCES "SemanticConcept"(id) ON DELETE SET NULL,
  is_review_required BOOLEAN NOT NULL DEFAULT false,
  UNIQUE (customer_id, table_name, column_name)
);

CREATE INDEX IF NOT EXISTS idx_semantic_non_form_concept ON "SemanticIndexNonForm" (concept_id);

COMMENT ON TABLE "SemanticIndexNonForm" IS 'Columns outside forms and the concept that they speak of';

COMMIT;

-- pgkeel:down
-- Rollback 016: Remove the semantic index of other tables
BEGIN;

DROP TABLE IF EXISTS "SemanticIndexNonForm";

COMMIT;
