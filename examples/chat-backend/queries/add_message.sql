-- One message; the trigger brings the session up to date.
INSERT INTO chat_messages (session_id, user_id, sender, content, intent, confidence, response_time_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7)
RETURNING message_id;
