-- Migration 005: Create the insight cache
-- Purpose: Answers are kept for a while

-- pgkeel:up
BEGIN;

CREATE TABLE IF NOT EXISTS "InsightCache" (
  "cacheKey" CHAR(64) PRIMARY KEY,
  result JSONB NOT NULL,
  "expiresAt" TIMESTAMPTZ NOT NULL,
  "createdAt" TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  CHECK ("expiresAt" > "createdAt")
);

CREATE INDEX IF NOT EXISTS idx_insight_cache_expires
ON "InsightCache" ("expiresAt");

COMMENT ON TABLE "InsightCache" IS 'Answers by the SHA-256 of their SQL, until they expire';

COMMIT;

-- pgkeel:down
-- Rollback 005: Remove the insight cache
BEGIN;

DROP TABLE IF EXISTS "InsightCache";

COMMIT;
