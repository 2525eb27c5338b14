-- Migration 004: Create query templates
-- Purpose: Proven SQL for recurring questions
-- Dependencies: 003_create_query_history.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "QueryTemplates" (
  id SERIAL PRIMARY KEY,
  name VARCHAR(100) NOT NULL UNIQUE,
  "questionPattern" TEXT NOT NULL,
  sql TEXT NOT NULL,
  parameters JSONB NOT NULL DEFAULT '[]',
  "bornFromQueryId" BIGINT NULL REFERENCES "QueryHistory"(id) ON DELETE SET NULL,
  "usageCount" INTEGER NOT NULL DEFAULT 0,
  "createdAt" TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE INDEX IF NOT EXISTS idx_query_templates_born_from
ON "QueryTemplates" ("bornFromQueryId");

COMMENT ON TABLE "QueryTemplates" IS 'Proven SQL for recurring questions';
COMMENT ON COLUMN "QueryTemplates"."bornFromQueryId" IS 'The answered question that became this template';

COMMIT;

-- pgkeel:down
-- Rollback 004: Remove query templates
BEGIN;

DROP TABLE IF EXISTS "QueryTemplates";

COMMIT;
