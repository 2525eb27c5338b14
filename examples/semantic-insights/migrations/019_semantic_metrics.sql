-- Migration 019: Semantic metrics
-- Purpose: Named measures, the same for everybody who asks
-- Dependencies: 014_semantic_foundation.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "SemanticMetric" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  name VARCHAR(255) NOT NULL,
  expression TEXT NOT NULL,
  concept_id UUID NULL REFERENCES "SemanticConcept"(id) ON DELETE SET NULL,
  unit VARCHAR(30),
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  UNIQUE (customer_id, name)
);

CREATE INDEX IF NOT EXISTS idx_semantic_metric_concept ON "SemanticMetric" (concept_id);

COMMENT ON TABLE "SemanticMetric" IS 'Named measures of a customer';
COMMENT ON COLUMN "SemanticMetric".expression IS 'SQL over the columns of the concept';

COMMIT;

-- pgkeel:down
-- Rollback 019: Remove semantic metrics
BEGIN;

DROP TABLE IF EXISTS "SemanticMetric";

COMMIT;
