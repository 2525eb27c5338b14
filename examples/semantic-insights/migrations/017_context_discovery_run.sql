-- Migration 017: Context discovery runs
-- Purpose: When the discovery ran for a customer, and how it ended
-- Dependencies: 014_semantic_foundation.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "ContextDiscoveryRun" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  question TEXT NOT NULL,
  status VARCHAR(20) NOT NULL DEFAULT 'running' CHECK (status IN ('running','completed','failed')),
  result JSONB,
  started_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  finished_at TIMESTAMPTZ,
  CHECK ((status = 'running') = (finished_at IS NULL))
);

CREATE INDEX IF NOT EXISTS idx_context_discovery_run_customer
ON "ContextDiscoveryRun" (customer_id, started_at DESC);

COMMENT ON TABLE "ContextDiscoveryRun" IS 'Runs of the context discovery, per customer';
COMMENT ON COLUMN "ContextDiscoveryRun".result IS 'Forms, fields and joins that were found';

COMMIT;

-- pgkeel:down
-- Rollback 017: Remove context discovery runs
BEGIN;

DROP TABLE IF EXISTS "ContextDiscoveryRun";

COMMIT;
