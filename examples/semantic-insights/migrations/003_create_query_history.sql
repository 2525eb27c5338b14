-- Migration 003: Create the query history
-- Purpose: Each question with the SQL that answered it

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "QueryHistory" (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  question TEXT NOT NULL,
  sql TEXT,
  status VARCHAR(10) NOT NULL CHECK (status IN ('success','error','empty')),
  "durationMs" INTEGER CHECK ("durationMs" >= 0),
  "rowCount" INTEGER,
  "errorMessage" TEXT,
  "createdAt" TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE INDEX IF NOT EXISTS idx_query_history_created
ON "QueryHistory" ("createdAt" DESC);

COMMENT ON TABLE "QueryHistory" IS 'Questions asked, with the SQL that answered them';

COMMIT;

-- pgkeel:down
-- Rollback 003: Remove the query history
BEGIN;

DROP TABLE IF EXISTS "QueryHistory";

COMMIT;
