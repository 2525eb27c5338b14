-- The user's own conversations, newest first. No WHERE: row-level security is the WHERE.
SELECT id, created_at, updated_at,
       (SELECT count(*) FROM messages AS m WHERE m.conversation_id = c.id) AS message_count
FROM conversations AS c
ORDER BY updated_at DESC, id
LIMIT $1;
