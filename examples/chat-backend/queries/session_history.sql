-- The messages of one session, in the order in which they were written.
SELECT message_id, sender, type, content, intent, created_at
FROM chat_messages
WHERE session_id = $1
ORDER BY created_at, message_id;
