-- Migration 013: Add the user to queries and insights
-- Purpose: Who asked, who saved
-- Dependencies: 003_create_query_history.sql, 008_create_saved_insights.sql, 012_create_users_table.sql

-- pgkeel:up
BEGIN;

ALTER TABLE "QueryHistory"
ADD COLUMN "userId" INTEGER NULL REFERENCES "Users"(id) ON DELETE SET NULL;

ALTER TABLE "SavedInsights"
ADD COLUMN "userId" INTEGER NULL REFERENCES "Users"(id) ON DELETE SET NULL;

CREATE INDEX IF NOT EXISTS idx_query_history_user
ON "QueryHistory" ("userId", "createdAt" DESC);

CREATE INDEX IF NOT EXISTS idx_saved_insights_user
ON "SavedInsights" ("userId");

COMMENT ON COLUMN "QueryHistory"."userId" IS 'Who asked; NULL when the account is gone';
COMMENT ON COLUMN "SavedInsights"."userId" IS 'Who saved; NULL when the account is gone';

COMMIT;

-- pgkeel:down
-- Rollback 013: Remove the user from queries and insights
BEGIN;

DROP INDEX IF EXISTS idx_saved_insights_user;
DROP INDEX IF EXISTS idx_query_history_user;
ALTER TABLE "SavedInsights" DROP COLUMN IF EXISTS "userId";
ALTER TABLE "QueryHistory" DROP COLUMN IF EXISTS "userId";

COMMIT;
