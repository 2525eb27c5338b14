-- What PostgreSQL refuses Mallory: forged rows, moved rows, switching row-level security off. One attempt that
-- is allowed raises an error here. Leaves nothing. It catches errors, which the embedded engine cannot do in
-- PL/pgSQL: run it on a server.
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
BEGIN
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

  -- Somebody who is no user is an error.
  BEGIN
    PERFORM set_config('app.user_id', 'x'' OR true --', true);
    PERFORM * FROM conversations;
    RAISE EXCEPTION 'was allowed: a user id that is none';
  EXCEPTION WHEN invalid_text_representation THEN
    NULL;
  END;

  -- And Alice still has what she had.
  PERFORM set_config('app.user_id', alice::text, true);
  IF (SELECT array_agg(content) FROM messages) IS DISTINCT FROM ARRAY['Secret'] THEN
    RAISE EXCEPTION 'the messages of Alice have changed';
  END IF;
END;
$$;

ROLLBACK;

SELECT 'Refusals' AS "check", 'OK' AS result;
