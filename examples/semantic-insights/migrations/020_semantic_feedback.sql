-- Migration 020: Synonyms and feedback
-- Purpose: What users call things, and where the semantic layer was wrong
-- Dependencies: 012_create_users_table.sql, 014_semantic_foundation.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "SemanticSynonym" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  concept_id UUID NOT NULL REFERENCES "SemanticConcept"(id) ON DELETE CASCADE,
  synonym VARCHAR(255) NOT NULL,
  UNIQUE (customer_id, synonym)
);

CREATE TABLE IF NOT EXISTS "SemanticFeedback" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  user_id INTEGER NULL REFERENCES "Users"(id) ON DELETE SET NULL,
  concept_id UUID NULL REFERENCES "SemanticConcept"(id) ON DELETE CASCADE,
  verdict VARCHAR(10) NOT NULL CHECK (verdict IN ('right','wrong','unclear')),
  remark TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE INDEX IF NOT EXISTS idx_semantic_synonym_concept ON "SemanticSynonym" (concept_id);
CREATE INDEX IF NOT EXISTS idx_semantic_feedback_customer ON "SemanticFeedback" (customer_id, created_at DESC);
CREATE INDEX IF NOT EXISTS idx_semantic_feedback_user ON "SemanticFeedback" (user_id);
CREATE INDEX IF NOT EXISTS idx_semantic_feedback_concept ON "SemanticFeedback" (concept_id);

COMMENT ON TABLE "SemanticSynonym" IS 'What users call a concept';
COMMENT ON TABLE "SemanticFeedback" IS 'Where users found the semantic layer right or wrong';

COMMIT;

-- pgkeel:down
-- Rollback 020: Remove synonyms and feedback
BEGIN;

DROP TABLE IF EXISTS "SemanticFeedback";
DROP TABLE IF EXISTS "SemanticSynonym";

COMMIT;
