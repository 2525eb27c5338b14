-- A new session for a customer.
INSERT INTO chat_sessions (user_id, channel, language, metadata)
VALUES ($1, $2, $3, $4)
RETURNING session_id, created_at;
