-- Migration 018: Semantic relationships
-- Purpose: How the tables of a customer are joined
-- Dependencies: 014_semantic_foundation.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "SemanticRelationship" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  source_table VARCHAR(128) NOT NULL,
  source_column VARCHAR(128) NOT NULL,
  target_table VARCHAR(128) NOT NULL,
  target_column VARCHAR(128) NOT NULL,
  cardinality VARCHAR(3) NOT NULL CHECK (cardinality IN ('1:1','1:N','N:1','N:N')),
  UNIQUE (customer_id, source_table, source_column, target_table, target_column)
);

COMMENT ON TABLE "SemanticRelationship" IS 'Joins between the tables of a customer';

COMMIT;

-- pgkeel:down
-- Rollback 018: Remove semantic relationships
BEGIN;

DROP TABLE IF EXISTS "SemanticRelationship";

COMMIT;
