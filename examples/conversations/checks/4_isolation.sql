-- Mallory tries to read and write Alice's conversation, with everything that SQL offers. Each attempt sees
-- nothing or changes nothing; one that succeeds raises an error here. Leaves nothing.
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
  IF (SELECT array_agg(id) FROM conversations) IS DISTINCT FROM ARRAY[mine]
    OR (SELECT array_agg(content) FROM messages) IS DISTINCT FROM ARRAY['Mine']
    OR (SELECT array_agg(name) FROM users) IS DISTINCT FROM ARRAY['Mallory']::varchar[] THEN
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

  -- Nobody asking sees nothing.
  PERFORM set_config('app.user_id', '', true);
  IF EXISTS (SELECT FROM conversations) OR EXISTS (SELECT FROM messages) OR EXISTS (SELECT FROM users) THEN
    RAISE EXCEPTION 'rows are visible without a user';
  END IF;

  -- And Alice still has what she had.
  PERFORM set_config('app.user_id', alice::text, true);
  IF (SELECT array_agg(content) FROM messages) IS DISTINCT FROM ARRAY['Secret'] THEN
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
