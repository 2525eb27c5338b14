-- What the inbox, the customer's own list and the clean-up job look for.

-- pgkeel:up
CREATE INDEX idx_chat_sessions_user_created ON chat_sessions (user_id, created_at DESC);
CREATE INDEX idx_chat_sessions_user_active ON chat_sessions (user_id) WHERE is_active;
CREATE INDEX idx_chat_sessions_status_activity ON chat_sessions (status, last_activity_at DESC);
CREATE INDEX idx_chat_sessions_unresolved ON chat_sessions (last_activity_at DESC) WHERE NOT is_resolved;
CREATE INDEX idx_chat_sessions_created_at ON chat_sessions (created_at);
CREATE INDEX idx_chat_sessions_last_activity_at ON chat_sessions (last_activity_at);
CREATE INDEX idx_chat_sessions_resolved_at ON chat_sessions (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX idx_chat_sessions_ended_at ON chat_sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX idx_chat_sessions_last_intent ON chat_sessions (last_intent) WHERE last_intent IS NOT NULL;
CREATE INDEX idx_chat_sessions_channel_language ON chat_sessions (channel, language);

-- pgkeel:down
DROP INDEX IF EXISTS idx_chat_sessions_channel_language;
DROP INDEX IF EXISTS idx_chat_sessions_last_intent;
DROP INDEX IF EXISTS idx_chat_sessions_ended_at;
DROP INDEX IF EXISTS idx_chat_sessions_resolved_at;
DROP INDEX IF EXISTS idx_chat_sessions_last_activity_at;
DROP INDEX IF EXISTS idx_chat_sessions_created_at;
DROP INDEX IF EXISTS idx_chat_sessions_unresolved;
DROP INDEX IF EXISTS idx_chat_sessions_status_activity;
DROP INDEX IF EXISTS idx_chat_sessions_user_active;
DROP INDEX IF EXISTS idx_chat_sessions_user_created;
