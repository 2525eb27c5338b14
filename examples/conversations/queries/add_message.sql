INSERT INTO messages (conversation_id, role, content)
VALUES ($1, $2, $3)
RETURNING id, created_at;
