-- pgkeel: depends-on 0003
-- What was said. It outlives the customer's row, without the customer.
CREATE TABLE conversation_history (
  id              UUID         NOT NULL DEFAULT uuid_generate_v4(),
  customer_id     UUID,
  conversation_id VARCHAR(255) NOT NULL,
  message_role    VARCHAR(20)  NOT NULL,
  message_content TEXT         NOT NULL,
  metadata        JSONB        NOT NULL DEFAULT '{}',
  created_at      TIMESTAMPTZ  NOT NULL DEFAULT now(),
  CONSTRAINT conversation_history_pkey PRIMARY KEY (id),
  CONSTRAINT conversation_history_customer_id_fkey FOREIGN KEY (customer_id)
    REFERENCES customers (id) ON DELETE SET NULL,
  CONSTRAINT conversation_history_role_check CHECK (message_role IN ('user', 'assistant', 'system'))
);

CREATE INDEX idx_conversation_history_conversation
  ON conversation_history (conversation_id, created_at, id);
CREATE INDEX idx_conversation_history_customer
  ON conversation_history (customer_id, created_at DESC) WHERE customer_id IS NOT NULL;

COMMENT ON TABLE conversation_history IS 'Messages between customers and the booking assistant';
COMMENT ON COLUMN conversation_history.conversation_id IS 'Thread id of the messenger';
