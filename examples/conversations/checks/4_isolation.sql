-- Mallory tries everything that SQL offers against Alice's conversation. Each attempt sees nothing,
-- changes nothing or is refused; one that succeeds raises an error here. Leaves nothing.
BEGIN;

INSERT INTO users (id, email, name)
VALUES ('00000000-0000-4000-8000-00000000000a', 'alice@check.invalid', 'Alice'),
       ('00000000-0000-4000-8000-00000000000b', 'mallory@check.invalid', 'Mallory');

SET LOCAL ROLE conversations_app;
SELECT set_config('app.user_id', '00000000-0000-4000-8000-00000000000a', true) IS NOT NULL AS acting;
INSERT INTO conversations (id, user_id)
VALUES ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000000a');
INSERT INTO messages (id, conversation_id, role, content)
VALUES ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000c1', 'user', 'Secret');

SELECT set_config('app.user_id', '00000000-0000-4000-8000-00000000000b', true) IS NOT NULL AS acting;
INSERT INTO conversations (id, user_id)
VALUES ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-00000000000b');
INSERT INTO messages (id, conversation_id, role, content)
VALUES ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000c2', 'user', 'Mine');

DO $$
DECLARE
  alice CONSTANT UUID := '00000000-0000-4000-8000-00000000000a';
  hers CONSTANT UUID := '00000000-0000-4000-8000-0000000000c1';
  mine CONSTANT UUID := '00000000-0000-4000-8000-0000000000c2';
  attempt TEXT;
  touched BIGINT;
BEGIN
  -- Reading: whatever the query, only Mallory's own rows are there.
  IF (SELECT array_agg(id) FROM conversations) <> ARRAY[mine]
    OR (SELECT array_agg(content) FROM messages) <> ARRAY['Mine']
    OR (SELECT array_agg(name) FROM users) <> ARRAY['Mallory']::varchar[] THEN
    RAISE EXCEPTION 'a plain read shows rows of others';
  END IF;
  IF EXISTS (SELECT FROM conversations WHERE id = hers OR true AND user_id = alice)
    OR EXISTS (SELECT FROM messages WHERE conversation_id = hers OR content LIKE 'Sec%')
    OR EXISTS (
      SELECT FROM messages AS m FULL JOIN conversations AS c ON c.id = m.conversation_id
      WHERE c.user_id = alice OR m.conversation_id = hers) THEN
    RAISE EXCEPTION 'a crafted read shows rows of others';
  END IF;

  -- Writing that finds no row to write.
  FOREACH attempt IN ARRAY ARRAY[
    format('UPDATE conversations SET updated_at = now() WHERE id = %L', hers),
    format('DELETE FROM conversations WHERE id = %L', hers),
    format('DELETE FROM messages WHERE conversation_id = %L', hers),
    format('DELETE FROM messages USING conversations AS c WHERE c.id = %L', hers)
  ] LOOP
    EXECUTE attempt;
    GET DIAGNOSTICS touched = ROW_COUNT;
    IF touched <> 0 THEN
      RAISE EXCEPTION 'touched % rows: %', touched, attempt;
    END IF;
  END LOOP;

  -- Writing and switching that PostgreSQL refuses (42501 insufficient_privilege).
  FOREACH attempt IN ARRAY ARRAY[
    format('INSERT INTO conversations (user_id) VALUES (%L)', alice),
    format('INSERT INTO messages (conversation_id, role, content) VALUES (%L, ''user'', ''Forged'')', hers),
    format('INSERT INTO conversations (id, user_id) VALUES (%L, %L) ON CONFLICT (id) DO UPDATE SET updated_at = now()', hers, '00000000-0000-4000-8000-00000000000b'),
    format('UPDATE conversations SET user_id = %L WHERE id = %L', alice, mine),
    format('UPDATE messages SET conversation_id = %L', hers),
    'UPDATE messages SET content = ''Forged''',
    'TRUNCATE messages',
    'ALTER TABLE messages DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE messages NO FORCE ROW LEVEL SECURITY',
    'DROP POLICY messages_own ON messages',
    'CREATE POLICY open ON messages USING (true)'
  ] LOOP
    BEGIN
      EXECUTE attempt;
      RAISE EXCEPTION 'was allowed: %', attempt;
    EXCEPTION WHEN insufficient_privilege THEN
      NULL;
    END;
  END LOOP;

  -- Asking PostgreSQL to leave row-level security out is an error, not a way round.
  BEGIN
    SET LOCAL row_security = off;
    PERFORM * FROM messages;
    RAISE EXCEPTION 'was allowed: row_security = off';
  EXCEPTION WHEN insufficient_privilege THEN
    NULL;
  END;

  -- Nobody asking sees nothing; somebody who is no user is an error.
  PERFORM set_config('app.user_id', '', true);
  IF EXISTS (SELECT FROM conversations) OR EXISTS (SELECT FROM messages) OR EXISTS (SELECT FROM users) THEN
    RAISE EXCEPTION 'rows are visible without a user';
  END IF;
  BEGIN
    PERFORM set_config('app.user_id', 'x'' OR true --', true);
    PERFORM * FROM conversations;
    RAISE EXCEPTION 'was allowed: a user id that is none';
  EXCEPTION WHEN invalid_text_representation THEN
    NULL;
  END;

  -- And Alice still has what she had.
  PERFORM set_config('app.user_id', alice::text, true);
  IF (SELECT array_agg(content) FROM messages) <> ARRAY['Secret'] THEN
    RAISE EXCEPTION 'the messages of Alice have changed';
  END IF;
END;
$$;

-- The owner of the tables obeys as well, unless it is a superuser or has BYPASSRLS.
RESET ROLE;
DO $$
BEGIN
  PERFORM set_config('app.user_id', '00000000-0000-4000-8000-00000000000b', true);
  IF NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
    AND EXISTS (SELECT FROM messages WHERE content = 'Secret') THEN
    RAISE EXCEPTION 'the owner of the tables reads the messages of others';
  END IF;
END;
$$;

ROLLBACK;

SELECT 'User isolation' AS "check", 'OK' AS result;
