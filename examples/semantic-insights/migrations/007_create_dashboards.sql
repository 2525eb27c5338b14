-- Migration 007: Create dashboards
-- Purpose: Pages on which insights are pinned
-- Dependencies: 006_create_touch_function.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "Dashboards" (
  id SERIAL PRIMARY KEY,
  name VARCHAR(255) NOT NULL UNIQUE,
  layout JSONB NOT NULL DEFAULT '{}',
  "isActive" BOOLEAN NOT NULL DEFAULT true,
  "createdAt" TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  "updatedAt" TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE TRIGGER trigger_dashboards_touch
BEFORE UPDATE ON "Dashboards"
FOR EACH ROW
EXECUTE FUNCTION insights_touch_updated_at();

COMMENT ON TABLE "Dashboards" IS 'Pages on which insights are pinned';

COMMIT;

-- pgkeel:down
-- Rollback 007: Remove dashboards
BEGIN;

DROP TABLE IF EXISTS "Dashboards";

COMMIT;
