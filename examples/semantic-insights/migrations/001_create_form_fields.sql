-- Migration 001: Create form fields
-- Purpose: The questions of a form, with their types
-- Dependencies: 000_create_forms.sql

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "FormFields" (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  "formId" UUID NOT NULL REFERENCES "Forms"(id) ON DELETE CASCADE,
  name VARCHAR(255) NOT NULL,
  label TEXT NOT NULL,
  "dataType" VARCHAR(20) NOT NULL CHECK ("dataType" IN ('text','number','date','boolean','choice')),
  options JSONB NOT NULL DEFAULT '[]',
  "position" INTEGER NOT NULL DEFAULT 0,
  UNIQUE ("formId", name)
);

COMMENT ON TABLE "FormFields" IS 'Questions of a form';
COMMENT ON COLUMN "FormFields".options IS 'What can be chosen, for dataType choice';

COMMIT;

-- pgkeel:down
-- Rollback 001: Remove form fields
BEGIN;

DROP TABLE IF EXISTS "FormFields";

COMMIT;
