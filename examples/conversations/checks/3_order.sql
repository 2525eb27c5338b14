-- Messages of one instant come in one order, by id, and of one transaction in the order of writing.
BEGIN;

INSERT INTO users (id, email, name)
VALUES ('00000000-0000-4000-8000-00000000000a', 'order@check.invalid', 'Order');

SET LOCAL ROLE conversations_app;
SELECT set_config('app.user_id', '00000000-0000-4000-8000-00000000000a', true) IS NOT NULL AS acting;

INSERT INTO conversations (id, user_id)
VALUES ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000000a');
INSERT INTO messages (id, conversation_id, role, content, created_at)
VALUES ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-0000000000c1', 'user', 'third', '2025-01-01Z'),
       ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000c1', 'user', 'first', '2025-01-01Z'),
       ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-0000000000c1', 'user', 'second', '2025-01-01Z');
-- The ids say the opposite of the time.
INSERT INTO messages (id, conversation_id, role, content)
VALUES ('00000000-0000-4000-8000-000000000009', '00000000-0000-4000-8000-0000000000c1', 'user', 'fourth');
INSERT INTO messages (id, conversation_id, role, content)
VALUES ('00000000-0000-4000-8000-000000000008', '00000000-0000-4000-8000-0000000000c1', 'assistant', 'fifth');

DO $$
DECLARE
  found_order TEXT;
BEGIN
  SELECT string_agg(content, ' ' ORDER BY created_at, id) INTO found_order FROM messages;
  IF found_order IS DISTINCT FROM 'first second third fourth fifth' THEN
    RAISE EXCEPTION 'messages came in the order: %', found_order;
  END IF;
END;
$$;

ROLLBACK;

SELECT 'Message order' AS "check", 'OK' AS result;
