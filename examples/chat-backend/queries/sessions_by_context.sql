-- Sessions that speak of the same thing, e.g. {"transfer": {"currency": "EUR"}}.
SELECT session_id, user_id, status
FROM chat_sessions
WHERE context @> $1
ORDER BY created_at DESC;
