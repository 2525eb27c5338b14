-- pgkeel: transaction=off
-- The two GIN indexes take long to build on a filled table, so they are built beside the
-- running application. CONCURRENTLY cannot run inside a transaction.

-- pgkeel:up
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_chat_sessions_context
  ON chat_sessions USING gin (context jsonb_path_ops);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_chat_sessions_metadata
  ON chat_sessions USING gin (metadata jsonb_path_ops);

-- pgkeel:down
-- pgkeel: transaction=off
DROP INDEX CONCURRENTLY IF EXISTS idx_chat_sessions_metadata;
DROP INDEX CONCURRENTLY IF EXISTS idx_chat_sessions_context;
