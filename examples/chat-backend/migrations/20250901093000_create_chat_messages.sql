-- The messages of a session. They go with their session.
-- Dependencies: 20250901090000_create_chat_sessions.sql

-- pgkeel:up
CREATE TABLE chat_messages (
  message_id       UUID         NOT NULL DEFAULT gen_random_uuid(),
  session_id       UUID         NOT NULL,
  user_id          VARCHAR(128) NOT NULL,
  sender           VARCHAR(10)  NOT NULL,
  type             VARCHAR(20)  NOT NULL DEFAULT 'text',
  content          TEXT         NOT NULL,
  intent           VARCHAR(100),
  confidence       NUMERIC(4,3),
  entities         JSONB        NOT NULL DEFAULT '[]',
  response_time_ms INTEGER,
  token_count      INTEGER,
  error_code       VARCHAR(50),
  metadata         JSONB        NOT NULL DEFAULT '{}',
  created_at       TIMESTAMPTZ  NOT NULL DEFAULT now(),
  updated_at       TIMESTAMPTZ  NOT NULL DEFAULT now(),
  CONSTRAINT chat_messages_pkey PRIMARY KEY (message_id),
  CONSTRAINT chat_messages_session_id_fkey FOREIGN KEY (session_id)
    REFERENCES chat_sessions (session_id) ON DELETE CASCADE,
  CONSTRAINT chat_messages_sender_check CHECK (sender IN ('user', 'assistant', 'agent')),
  CONSTRAINT chat_messages_type_check CHECK (type IN ('text', 'quick_reply', 'card', 'event')),
  CONSTRAINT chat_messages_confidence_check CHECK (confidence BETWEEN 0 AND 1),
  CONSTRAINT chat_messages_response_time_check CHECK (response_time_ms >= 0)
);

-- The order in which a session is shown; also serves the foreign key.
CREATE INDEX idx_chat_messages_session_created ON chat_messages (session_id, created_at, message_id);
CREATE INDEX idx_chat_messages_user_created ON chat_messages (user_id, created_at DESC);
CREATE INDEX idx_chat_messages_intent ON chat_messages (intent) WHERE intent IS NOT NULL;

COMMENT ON TABLE chat_messages IS 'Messages of a chat session, written by the customer, the assistant or an agent';
COMMENT ON COLUMN chat_messages.user_id IS 'Customer the message belongs to, whoever wrote it';
COMMENT ON COLUMN chat_messages.confidence IS 'How sure the classifier was of the intent, 0 to 1';
COMMENT ON COLUMN chat_messages.response_time_ms IS 'Time until this answer was there, in milliseconds; answers only';

-- pgkeel:down
DROP TABLE IF EXISTS chat_messages;
