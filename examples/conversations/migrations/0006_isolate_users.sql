-- A user sees and writes what is theirs, whatever the query. The service says who asks, once per
-- transaction: SELECT set_config('app.user_id', '...', true). Without it nothing is visible.
--
-- FORCE makes the owner of the tables obey too; only superusers and BYPASSRLS roles do not.

-- pgkeel:up
CREATE FUNCTION conversations_current_user() RETURNS UUID
LANGUAGE sql STABLE
RETURN NULLIF(current_setting('app.user_id', true), '')::uuid;

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;

CREATE POLICY users_self ON users FOR SELECT
  USING (id = conversations_current_user());

CREATE POLICY conversations_own ON conversations FOR ALL
  USING (user_id = conversations_current_user())
  WITH CHECK (user_id = conversations_current_user());

CREATE POLICY messages_own ON messages FOR ALL
  USING (EXISTS (
    SELECT FROM conversations AS c
    WHERE c.id = messages.conversation_id AND c.user_id = conversations_current_user()))
  WITH CHECK (EXISTS (
    SELECT FROM conversations AS c
    WHERE c.id = messages.conversation_id AND c.user_id = conversations_current_user()));

COMMENT ON FUNCTION conversations_current_user() IS 'The user in whose name this transaction runs, or NULL';
COMMENT ON POLICY conversations_own ON conversations IS 'Users read and write their own conversations only';
COMMENT ON POLICY messages_own ON messages IS 'Messages follow their conversation';

-- pgkeel:down
DROP POLICY IF EXISTS messages_own ON messages;
DROP POLICY IF EXISTS conversations_own ON conversations;
DROP POLICY IF EXISTS users_self ON users;
ALTER TABLE messages NO FORCE ROW LEVEL SECURITY;
ALTER TABLE messages DISABLE ROW LEVEL SECURITY;
ALTER TABLE conversations NO FORCE ROW LEVEL SECURITY;
ALTER TABLE conversations DISABLE ROW LEVEL SECURITY;
ALTER TABLE users DISABLE ROW LEVEL SECURITY;
DROP FUNCTION IF EXISTS conversations_current_user();
