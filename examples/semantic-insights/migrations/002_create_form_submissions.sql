-- Migration 002: Create form submissions
-- Purpose: Filled-in forms, the data that insights are about
-- Dependencies: 000_create_forms.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "FormSubmissions" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  "formId" UUID NOT NULL REFERENCES "Forms"(id) ON DELETE RESTRICT,
  answers JSONB NOT NULL DEFAULT '{}',
  "submittedAt" TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE INDEX IF NOT EXISTS idx_form_submissions_form
ON "FormSubmissions" ("formId", "submittedAt" DESC);

CREATE INDEX IF NOT EXISTS idx_form_submissions_answers
ON "FormSubmissions" USING gin (answers jsonb_path_ops);

COMMENT ON TABLE "FormSubmissions" IS 'Filled-in forms';

COMMIT;

-- pgkeel:down
-- Rollback 002: Remove form submissions
BEGIN;

DROP INDEX IF EXISTS idx_form_submissions_answers;
DROP INDEX IF EXISTS idx_form_submissions_form;
DROP TABLE IF EXISTS "FormSubmissions";

COMMIT;
