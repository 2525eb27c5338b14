-- The context of the assistant, rebuilt on each request.
SELECT id, role, content, created_at
FROM messages
WHERE conversation_id = $1
ORDER BY created_at, id;
