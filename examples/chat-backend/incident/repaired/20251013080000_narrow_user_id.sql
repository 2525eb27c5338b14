-- The same change, by a migration that knows what stands on the column. Three views read it, one of
-- them (v_user_statistics) only through another. They come back with their comments and grants.
-- v_intent_statistics reads chat_sessions too, but not this column, and stays.
--
-- The narrower column fails, changing nothing, when a longer id is stored already.
-- Dependencies: 20250922143000_create_analytics_views.sql, 20250929070000_grant_reporting.sql

-- pgkeel:up
DROP VIEW v_user_statistics;
DROP VIEW v_recent_unresolved_sessions;
DROP VIEW v_session_statistics;

ALTER TABLE chat_sessions ALTER COLUMN user_id TYPE VARCHAR(64);

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

CREATE VIEW v_user_statistics AS
SELECT
  user_id,
  count(*) AS sessions,
  count(*) FILTER (WHERE is_resolved) AS resolved_sessions,
  round(100.0 * count(*) FILTER (WHERE is_resolved) / count(*), 1) AS resolved_percent,
  sum(messages) AS messages,
  round(avg(feedback_rating), 2) AS avg_rating,
  min(created_at) AS first_seen_at,
  max(last_activity_at) AS last_seen_at
FROM v_session_statistics
GROUP BY user_id;

COMMENT ON VIEW v_session_statistics IS 'Messages, answers and duration of each session';
COMMENT ON COLUMN v_session_statistics.avg_response_ms IS 'Mean time to an answer, in milliseconds';
COMMENT ON VIEW v_recent_unresolved_sessions IS 'The hundred newest sessions that still wait for a solution';
COMMENT ON VIEW v_user_statistics IS 'Sessions, solutions and ratings of each customer';

GRANT SELECT ON v_session_statistics, v_recent_unresolved_sessions, v_user_statistics TO chat_reporting;

-- pgkeel:down
DROP VIEW v_user_statistics;
DROP VIEW v_recent_unresolved_sessions;
DROP VIEW v_session_statistics;

ALTER TABLE chat_sessions ALTER COLUMN user_id TYPE VARCHAR(128);

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

CREATE VIEW v_user_statistics AS
SELECT
  user_id,
  count(*) AS sessions,
  count(*) FILTER (WHERE is_resolved) AS resolved_sessions,
  round(100.0 * count(*) FILTER (WHERE is_resolved) / count(*), 1) AS resolved_percent,
  sum(messages) AS messages,
  round(avg(feedback_rating), 2) AS avg_rating,
  min(created_at) AS first_seen_at,
  max(last_activity_at) AS last_seen_at
FROM v_session_statistics
GROUP BY user_id;

COMMENT ON VIEW v_session_statistics IS 'Messages, answers and duration of each session';
COMMENT ON COLUMN v_session_statistics.avg_response_ms IS 'Mean time to an answer, in milliseconds';
COMMENT ON VIEW v_recent_unresolved_sessions IS 'The hundred newest sessions that still wait for a solution';
COMMENT ON VIEW v_user_statistics IS 'Sessions, solutions and ratings of each customer';

GRANT SELECT ON v_session_statistics, v_recent_unresolved_sessions, v_user_statistics TO chat_reporting;
