-- Migration 011: Create models
-- Purpose: Which language model wrote the SQL
-- Dependencies: 003_create_query_history.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "AiModels" (
  id SERIAL PRIMARY KEY,
  provider VARCHAR(50) NOT NULL,
  model VARCHAR(100) NOT NULL,
  "isDefault" BOOLEAN NOT NULL DEFAULT false,
  UNIQUE (provider, model)
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_ai_models_one_default
ON "AiModels" ("isDefault") WHERE "isDefault";

ALTER TABLE "QueryHistory"
ADD COLUMN "modelId" INTEGER NULL REFERENCES "AiModels"(id) ON DELETE SET NULL;

CREATE INDEX IF NOT EXISTS idx_query_history_model
ON "QueryHistory" ("modelId") WHERE "modelId" IS NOT NULL;

COMMENT ON TABLE "AiModels" IS 'Language models that may write SQL; at most one is the default';
COMMENT ON COLUMN "QueryHistory"."modelId" IS 'The model that wrote the SQL';

COMMIT;

-- pgkeel:down
-- Rollback 011: Remove models
BEGIN;

DROP INDEX IF EXISTS idx_query_history_model;
ALTER TABLE "QueryHistory" DROP COLUMN IF EXISTS "modelId";
DROP TABLE IF EXISTS "AiModels";

COMMIT;
