-- What the operations dashboard reads about sessions.

-- pgkeel:up
CREATE VIEW v_session_statistics AS
SELECT
  s.session_id,
  s.user_id,
  s.status,
  s.is_active,
  s.is_resolved,
  s.channel,
  s.language,
  s.feedback_rating,
  s.created_at,
  s.last_activity_at,
  count(m.message_id) AS messages,
  count(m.message_id) FILTER (WHERE m.sender = 'user') AS user_messages,
  count(m.message_id) FILTER (WHERE m.error_code IS NOT NULL) AS failed_messages,
  round(avg(m.response_time_ms)) AS avg_response_ms,
  extract(epoch FROM s.last_activity_at - s.created_at) AS duration_seconds
FROM chat_sessions AS s
LEFT JOIN chat_messages AS m ON m.session_id = s.session_id
GROUP BY s.session_id;

CREATE VIEW v_recent_unresolved_sessions AS
SELECT
  s.session_id,
  s.user_id,
  s.status,
  s.channel,
  s.last_intent,
  s.message_count,
  s.last_activity_at
FROM chat_sessions AS s
WHERE NOT s.is_resolved AND s.is_active
ORDER BY s.last_activity_at DESC, s.session_id
LIMIT 100;

COMMENT ON VIEW v_session_statistics IS 'Messages, answers and duration of each session';
COMMENT ON COLUMN v_session_statistics.avg_response_ms IS 'Mean time to an answer, in milliseconds';
COMMENT ON VIEW v_recent_unresolved_sessions IS 'The hundred newest sessions that still wait for a solution';

-- pgkeel:down
DROP VIEW IF EXISTS v_recent_unresolved_sessions;
DROP VIEW IF EXISTS v_session_statistics;
