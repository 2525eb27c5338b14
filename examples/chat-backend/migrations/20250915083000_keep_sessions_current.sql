-- A session knows when it was last touched, how many messages it has and what the last one was
-- about, whoever writes: the backend, an agent's console or a script.

-- pgkeel:up
CREATE FUNCTION chat_set_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END;
$$;

CREATE FUNCTION chat_note_message() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE chat_sessions
  SET message_count = message_count + 1,
      last_activity_at = greatest(last_activity_at, NEW.created_at),
      last_intent = coalesce(NEW.intent, last_intent)
  WHERE session_id = NEW.session_id;
  RETURN NULL;
END;
$$;

CREATE TRIGGER chat_sessions_set_updated_at BEFORE UPDATE ON chat_sessions
  FOR EACH ROW EXECUTE FUNCTION chat_set_updated_at();
CREATE TRIGGER chat_messages_set_updated_at BEFORE UPDATE ON chat_messages
  FOR EACH ROW EXECUTE FUNCTION chat_set_updated_at();
CREATE TRIGGER chat_messages_after_insert AFTER INSERT ON chat_messages
  FOR EACH ROW EXECUTE FUNCTION chat_note_message();

COMMENT ON FUNCTION chat_note_message() IS 'Keeps message_count, last_activity_at and last_intent of the session';

-- pgkeel:down
DROP TRIGGER IF EXISTS chat_messages_after_insert ON chat_messages;
DROP TRIGGER IF EXISTS chat_messages_set_updated_at ON chat_messages;
DROP TRIGGER IF EXISTS chat_sessions_set_updated_at ON chat_sessions;
DROP FUNCTION IF EXISTS chat_note_message();
DROP FUNCTION IF EXISTS chat_set_updated_at();
