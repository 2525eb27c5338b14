-- One row per chat between a bank customer and the assistant.
-- Indexes follow in their own migrations; here is only the primary key's.

-- pgkeel:up
CREATE TABLE chat_sessions (
  session_id       UUID         NOT NULL DEFAULT gen_random_uuid(),
  user_id          VARCHAR(128) NOT NULL,
  status           VARCHAR(20)  NOT NULL DEFAULT 'open',
  is_active        BOOLEAN      NOT NULL DEFAULT true,
  is_resolved      BOOLEAN      NOT NULL DEFAULT false,
  channel          VARCHAR(20)  NOT NULL DEFAULT 'web',
  language         VARCHAR(10)  NOT NULL DEFAULT 'en',
  last_intent      VARCHAR(100),
  message_count    INTEGER      NOT NULL DEFAULT 0,
  feedback_rating  SMALLINT,
  resolution_notes TEXT,
  context          JSONB        NOT NULL DEFAULT '{}',
  metadata         JSONB        NOT NULL DEFAULT '{}',
  created_at       TIMESTAMPTZ  NOT NULL DEFAULT now(),
  updated_at       TIMESTAMPTZ  NOT NULL DEFAULT now(),
  last_activity_at TIMESTAMPTZ  NOT NULL DEFAULT now(),
  resolved_at      TIMESTAMPTZ,
  ended_at         TIMESTAMPTZ,
  CONSTRAINT chat_sessions_pkey PRIMARY KEY (session_id),
  CONSTRAINT chat_sessions_status_check
    CHECK (status IN ('open', 'waiting', 'escalated', 'resolved', 'closed')),
  CONSTRAINT chat_sessions_channel_check
    CHECK (channel IN ('web', 'mobile', 'whatsapp', 'voice')),
  CONSTRAINT chat_sessions_message_count_check CHECK (message_count >= 0),
  CONSTRAINT chat_sessions_feedback_rating_check CHECK (feedback_rating BETWEEN 1 AND 5),
  CONSTRAINT chat_sessions_resolved_check CHECK (is_resolved = (resolved_at IS NOT NULL)),
  CONSTRAINT chat_sessions_ended_check CHECK (NOT is_active OR ended_at IS NULL)
);

COMMENT ON TABLE chat_sessions IS 'One chat between a bank customer and the assistant';
COMMENT ON COLUMN chat_sessions.user_id IS 'Customer id as the bank''s identity provider gives it';
COMMENT ON COLUMN chat_sessions.last_intent IS 'Intent of the newest message that had one';
COMMENT ON COLUMN chat_sessions.message_count IS 'Kept by trigger chat_messages_after_insert';
COMMENT ON COLUMN chat_sessions.context IS 'What the assistant remembers between two messages';
COMMENT ON COLUMN chat_sessions.metadata IS 'What the client sent along: device, application version';

-- pgkeel:down
DROP TABLE IF EXISTS chat_sessions;
