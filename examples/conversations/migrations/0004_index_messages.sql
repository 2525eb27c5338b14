-- "Add composite index on (conversation_id, created_at) if needed": it is, each request reads a
-- whole conversation in this order. It serves the foreign key too.
-- pgkeel: transaction=off

-- pgkeel:up
CREATE INDEX CONCURRENTLY idx_messages_conversation_created ON messages (conversation_id, created_at);

-- pgkeel:down
-- pgkeel: transaction=off
DROP INDEX CONCURRENTLY IF EXISTS idx_messages_conversation_created;
