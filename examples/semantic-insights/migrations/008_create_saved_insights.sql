-- Migration 008: Create saved insights
-- Purpose: Questions worth keeping, with their SQL and their chart
-- Dependencies: 000_create_forms.sql, 006_create_touch_function.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "SavedInsights" (
  id SERIAL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  question TEXT NOT NULL,
  scope VARCHAR(10) NOT NULL CHECK (scope IN ('form','schema')),
  "formId" UUID NULL,
  sql TEXT NOT NULL,
  "chartType" VARCHAR(20) NOT NULL,
  "chartMapping" JSONB NOT NULL,
  "chartOptions" JSONB,
  description TEXT,
  tags TEXT[],
  "isActive" BOOLEAN NOT NULL DEFAULT true,
  "createdAt" TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  "updatedAt" TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE INDEX IF NOT EXISTS idx_saved_insights_scope_form
ON "SavedInsights" (scope, "formId") WHERE "isActive";

CREATE INDEX IF NOT EXISTS idx_saved_insights_tags
ON "SavedInsights" USING gin (tags);

CREATE TRIGGER trigger_saved_insights_touch
BEFORE UPDATE ON "SavedInsights"
FOR EACH ROW
EXECUTE FUNCTION insights_touch_updated_at();

COMMENT ON TABLE "SavedInsights" IS 'Saved questions with their SQL and chart';
COMMENT ON COLUMN "SavedInsights".scope IS 'form: about one form; schema: about the database';

COMMIT;

-- pgkeel:down
-- Rollback 008: Remove saved insights
BEGIN;

DROP TABLE IF EXISTS "SavedInsights";

COMMIT;
