-- Migration 023: Create conversation threading tables
-- Purpose: Support ChatGPT-style conversation with context carryover
-- Dependencies: 014_semantic_foundation.sql (Customer), 012_create_users_table.sql (Users)

-- pgkeel:up
BEGIN;

-- Create conversation threads table
CREATE TABLE IF NOT EXISTS "ConversationThreads" (
  "id" UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  "customerId" UUID NOT NULL REFERENCES "Customer"(id) ON DELETE CASCADE,
  "userId" INTEGER NOT NULL REFERENCES "Users"(id) ON DELETE CASCADE,
  "title" TEXT,
  "contextCache" JSONB DEFAULT '{}',
  "isActive" BOOLEAN DEFAULT true,
  "createdAt" TIMESTAMPTZ DEFAULT NOW(),
  "updatedAt" TIMESTAMPTZ DEFAULT NOW()
);

-- Create conversation messages table
CREATE TABLE IF NOT EXISTS "ConversationMessages" (
  "id" UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  "threadId" UUID NOT NULL REFERENCES "ConversationThreads"("id") ON DELETE CASCADE,
  "role" VARCHAR(20) NOT NULL CHECK (role IN ('user', 'assistant')),
  "content" TEXT NOT NULL,
  "metadata" JSONB DEFAULT '{}',
  "createdAt" TIMESTAMPTZ DEFAULT NOW()
);

-- Indexes for efficient lookups
CREATE INDEX IF NOT EXISTS idx_conversation_threads_user_customer
ON "ConversationThreads" ("userId", "customerId", "isActive");

CREATE INDEX IF NOT EXISTS idx_conversation_threads_active
ON "ConversationThreads" ("isActive", "updatedAt") WHERE "isActive" = true;

CREATE INDEX IF NOT EXISTS idx_conversation_messages_thread
ON "ConversationMessages" ("threadId", "createdAt");

-- Auto-update updatedAt on thread when messages added
CREATE OR REPLACE FUNCTION update_conversation_thread_timestamp()
RETURNS TRIGGER AS $$
BEGIN
  UPDATE "ConversationThreads"
  SET "updatedAt" = NOW()
  WHERE "id" = NEW."threadId";
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER trigger_update_thread_timestamp
AFTER INSERT ON "ConversationMessages"
FOR EACH ROW
EXECUTE FUNCTION update_conversation_thread_timestamp();

-- Comments for clarity
COMMENT ON TABLE "ConversationThreads" IS 'Conversation threads for semantic layer Q&A (Phase 7.5)';
COMMENT ON TABLE "ConversationMessages" IS 'Individual messages within conversation threads';
COMMENT ON COLUMN "ConversationThreads"."contextCache" IS 'Shared entities, date ranges, etc. for context carryover';

COMMIT;

-- pgkeel:down
-- Rollback 023: Remove conversation tables

BEGIN;

-- Drop trigger first
DROP TRIGGER IF EXISTS trigger_update_thread_timestamp ON "ConversationMessages";
DROP FUNCTION IF EXISTS update_conversation_thread_timestamp();

-- Drop tables (cascade will handle foreign keys)
DROP TABLE IF EXISTS "ConversationMessages" CASCADE;
DROP TABLE IF EXISTS "ConversationThreads" CASCADE;

COMMIT;
