-- A conversation and its messages are written, read and, with the user, deleted. Leaves nothing.
BEGIN;

INSERT INTO users (id, email, name)
VALUES ('00000000-0000-4000-8000-00000000000a', 'persistence@check.invalid', 'Persistence');

SET LOCAL ROLE conversations_app;
SELECT set_config('app.user_id', '00000000-0000-4000-8000-00000000000a', true) IS NOT NULL AS acting;

INSERT INTO conversations (id, user_id)
VALUES ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000000a');
INSERT INTO messages (conversation_id, role, content)
VALUES ('00000000-0000-4000-8000-0000000000c1', 'user', 'Is this kept?'),
       ('00000000-0000-4000-8000-0000000000c1', 'assistant', 'Yes.');

DO $$
BEGIN
  IF (SELECT count(*) FROM messages) <> 2 THEN
    RAISE EXCEPTION 'messages were not kept';
  END IF;
  IF (SELECT c.updated_at FROM conversations AS c) IS DISTINCT FROM (SELECT max(created_at) FROM messages) THEN
    RAISE EXCEPTION 'updated_at is not that of the newest message';
  END IF;
END;
$$;

RESET ROLE;
DELETE FROM users WHERE id = '00000000-0000-4000-8000-00000000000a';

DO $$
BEGIN
  IF EXISTS (SELECT FROM conversations WHERE id = '00000000-0000-4000-8000-0000000000c1')
    OR EXISTS (SELECT FROM messages WHERE conversation_id = '00000000-0000-4000-8000-0000000000c1') THEN
    RAISE EXCEPTION 'deleting the user left orphans';
  END IF;
END;
$$;

ROLLBACK;

SELECT 'Persistence and cascade' AS "check", 'OK' AS result;
