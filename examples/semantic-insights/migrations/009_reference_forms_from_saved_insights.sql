-- Migration 009: Reference forms from saved insights
-- Purpose: An insight about a form goes with it; the column had no key so far
-- Dependencies: 000_create_forms.sql, 008_create_saved_insights.sql

-- pgkeel:up
BEGIN;

ALTER TABLE "SavedInsights"
ADD CONSTRAINT "SavedInsights_formId_fkey"
FOREIGN KEY ("formId") REFERENCES "Forms"(id) ON DELETE CASCADE NOT VALID;

ALTER TABLE "SavedInsights"
VALIDATE CONSTRAINT "SavedInsights_formId_fkey";

ALTER TABLE "SavedInsights"
ADD CONSTRAINT "SavedInsights_form_scope_check"
CHECK (scope <> 'form' OR "formId" IS NOT NULL);

COMMIT;

-- pgkeel:down
-- Rollback 009: Remove the reference
BEGIN;

ALTER TABLE "SavedInsights" DROP CONSTRAINT IF EXISTS "SavedInsights_form_scope_check";
ALTER TABLE "SavedInsights" DROP CONSTRAINT IF EXISTS "SavedInsights_formId_fkey";

COMMIT;
