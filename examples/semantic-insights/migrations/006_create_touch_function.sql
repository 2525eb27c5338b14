-- Migration 006: Create the updatedAt function
-- Purpose: One trigger function for every table that has updatedAt
-- Dependencies: 000_create_forms.sql

-- pgkeel:up
BEGIN;

CREATE OR REPLACE FUNCTION insights_touch_updated_at()
RETURNS TRIGGER AS $$
BEGIN
  NEW."updatedAt" = NOW();
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER trigger_forms_touch
BEFORE UPDATE ON "Forms"
FOR EACH ROW
EXECUTE FUNCTION insights_touch_updated_at();

COMMENT ON FUNCTION insights_touch_updated_at() IS 'Sets updatedAt of the changed row';

COMMIT;

-- pgkeel:down
-- Rollback 006: Remove the updatedAt function
BEGIN;

DROP TRIGGER IF EXISTS trigger_forms_touch ON "Forms";
DROP FUNCTION IF EXISTS insights_touch_updated_at();

COMMIT;
