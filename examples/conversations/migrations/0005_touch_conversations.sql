-- A conversation's updated_at is that of its newest message.

-- pgkeel:up
CREATE FUNCTION conversations_touch() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE conversations
  SET updated_at = greatest(updated_at, NEW.created_at)
  WHERE id = NEW.conversation_id;
  RETURN NULL;
END;
$$;

CREATE TRIGGER messages_touch_conversation AFTER INSERT ON messages
  FOR EACH ROW EXECUTE FUNCTION conversations_touch();

COMMENT ON FUNCTION conversations_touch() IS 'Keeps conversations.updated_at; runs as the writer, under row-level security';

-- pgkeel:down
DROP TRIGGER IF EXISTS messages_touch_conversation ON messages;
DROP FUNCTION IF EXISTS conversations_touch();
