-- Migration 018: Add customer support and semantic scope to SavedInsights
-- Purpose: Enable multi-customer insights and semantic layer integration

BEGIN;

ALTER TABLE "SavedInsights"
ADD COLUMN "customerId" VARCHAR(50) NULL;  -- Stores customer code as string

ALTER TABLE "SavedInsights"
DROP CONSTRAINT IF EXISTS "SavedInsights_scope_check";

ALTER TABLE "SavedInsights"
ADD CONSTRAINT "SavedInsights_scope_check"
CHECK (scope IN ('form', 'schema', 'semantic'));

ALTER TABLE "SavedInsights"
ADD COLUMN "semanticContext" JSONB NULL;

COMMIT;
