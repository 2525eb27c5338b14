-- Messages of a conversation. The assistant's context is rebuilt from them on each request, by any
-- instance of the service, so their order has to be the same each time: created_at, then id.
-- pgkeel: depends-on 0002

-- pgkeel:up
CREATE TABLE messages (
  id              UUID        NOT NULL DEFAULT gen_random_uuid(),
  conversation_id UUID        NOT NULL,
  role            VARCHAR(20) NOT NULL,
  content         TEXT        NOT NULL,
  -- Not now(): two messages of one transaction keep the order in which they were written.
  created_at      TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT messages_pkey PRIMARY KEY (id),
  CONSTRAINT messages_conversation_id_fkey FOREIGN KEY (conversation_id)
    REFERENCES conversations (id) ON DELETE CASCADE,
  CONSTRAINT messages_role_check CHECK (role IN ('user', 'assistant', 'system'))
);

COMMENT ON TABLE messages IS 'What the user and the assistant said, in order of created_at, id';

-- pgkeel:down
DROP TABLE IF EXISTS messages;
