-- A conversation belongs to one user, and goes when the user goes.
-- pgkeel: depends-on 0001

-- pgkeel:up
CREATE TABLE conversations (
  id         UUID        NOT NULL DEFAULT gen_random_uuid(),
  user_id    UUID        NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT conversations_pkey PRIMARY KEY (id),
  CONSTRAINT conversations_user_id_fkey FOREIGN KEY (user_id)
    REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX idx_conversations_user_updated ON conversations (user_id, updated_at DESC, id);

COMMENT ON TABLE conversations IS 'A thread between one user and the assistant';
COMMENT ON COLUMN conversations.updated_at IS 'When the newest message was written';

-- pgkeel:down
DROP TABLE IF EXISTS conversations;
