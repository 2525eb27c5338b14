-- Two users, three conversations, six messages. The tables force row-level security on their owner
-- too, so the seed says in whose name it writes.
SELECT set_config('app.user_id', 'a11ce000-0000-4000-8000-000000000001', true);

INSERT INTO conversations (id, user_id, created_at, updated_at)
VALUES
  ('c0000000-0000-4000-8000-000000000001', 'a11ce000-0000-4000-8000-000000000001', '2025-12-01T10:00:00Z', '2025-12-01T10:00:02Z'),
  ('c0000000-0000-4000-8000-000000000002', 'a11ce000-0000-4000-8000-000000000001', '2025-12-02T08:30:00Z', '2025-12-02T08:30:00Z')
ON CONFLICT (id) DO NOTHING;

INSERT INTO messages (id, conversation_id, role, content, created_at)
VALUES
  ('3e000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001', 'user', 'Remind me to buy milk', '2025-12-01T10:00:00Z'),
  ('3e000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-000000000001', 'assistant', 'Added: buy milk', '2025-12-01T10:00:02Z'),
  -- The same instant: the id decides.
  ('3e000000-0000-4000-8000-000000000003', 'c0000000-0000-4000-8000-000000000001', 'assistant', 'Anything else?', '2025-12-01T10:00:02Z'),
  ('3e000000-0000-4000-8000-000000000004', 'c0000000-0000-4000-8000-000000000002', 'user', 'What is on my list?', '2025-12-02T08:30:00Z')
ON CONFLICT (id) DO NOTHING;

SELECT set_config('app.user_id', 'b0b00000-0000-4000-8000-000000000002', true);

INSERT INTO conversations (id, user_id, created_at, updated_at)
VALUES
  ('c0000000-0000-4000-8000-000000000003', 'b0b00000-0000-4000-8000-000000000002', '2025-12-01T12:00:00Z', '2025-12-01T12:00:01Z')
ON CONFLICT (id) DO NOTHING;

INSERT INTO messages (id, conversation_id, role, content, created_at)
VALUES
  ('3e000000-0000-4000-8000-000000000005', 'c0000000-0000-4000-8000-000000000003', 'user', 'Hello', '2025-12-01T12:00:00Z'),
  ('3e000000-0000-4000-8000-000000000006', 'c0000000-0000-4000-8000-000000000003', 'assistant', 'Hello Bob', '2025-12-01T12:00:01Z')
ON CONFLICT (id) DO NOTHING;
