-- The customer's problem is solved.
UPDATE chat_sessions
SET status = 'resolved', is_resolved = true, resolved_at = now(), resolution_notes = $2
WHERE session_id = $1 AND NOT is_resolved;
