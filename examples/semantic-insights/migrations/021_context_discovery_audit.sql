-- Migration 021: Context discovery audit
-- Purpose: Each step of a discovery run, for review
-- Dependencies: 017_context_discovery_run.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "ContextDiscoveryAudit" (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  run_id UUID NOT NULL REFERENCES "ContextDiscoveryRun"(id) ON DELETE CASCADE,
  step VARCHAR(50) NOT NULL,
  detail JSONB NOT NULL DEFAULT '{}',
  duration_ms INTEGER CHECK (duration_ms >= 0),
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE INDEX IF NOT EXISTS idx_context_discovery_audit_run
ON "ContextDiscoveryAudit" (run_id, id);

CREATE INDEX IF NOT EXISTS idx_context_discovery_audit_customer
ON "ContextDiscoveryAudit" (customer_id, created_at DESC);

CREATE OR REPLACE VIEW "ContextDiscoverySummary" AS
SELECT
  r.customer_id,
  r.status,
  count(DISTINCT r.id) AS runs,
  count(a.id) AS steps,
  avg(a.duration_ms) AS avg_step_ms,
  max(r.started_at) AS last_started_at
FROM "ContextDiscoveryRun" r
LEFT JOIN "ContextDiscoveryAudit" a ON a.run_id = r.id
GROUP BY r.customer_id, r.status;

COMMENT ON TABLE "ContextDiscoveryAudit" IS 'Steps of context discovery runs';
COMMENT ON VIEW "ContextDiscoverySummary" IS 'Runs and steps per customer and status';

COMMIT;

-- pgkeel:down
-- Rollback 021: Remove the context discovery audit
BEGIN;

DROP VIEW IF EXISTS "ContextDiscoverySummary";
DROP TABLE IF EXISTS "ContextDiscoveryAudit";

COMMIT;
