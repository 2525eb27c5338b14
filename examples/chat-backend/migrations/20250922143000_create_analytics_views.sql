-- What the product team reads. v_user_statistics stands on v_session_statistics: whoever changes a
-- column of chat_sessions meets it too.
-- Dependencies: 20250922140000_create_session_views.sql

-- pgkeel:up
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

CREATE VIEW v_intent_statistics AS
SELECT
  m.intent,
  count(*) AS messages,
  count(DISTINCT m.session_id) AS sessions,
  round(avg(m.confidence), 3) AS avg_confidence,
  count(*) FILTER (WHERE m.confidence < 0.5) AS uncertain_messages,
  round(100.0 * count(*) FILTER (WHERE s.is_resolved) / count(*), 1) AS resolved_percent
FROM chat_messages AS m
JOIN chat_sessions AS s ON s.session_id = m.session_id
WHERE m.intent IS NOT NULL
GROUP BY m.intent;

COMMENT ON VIEW v_user_statistics IS 'Sessions, solutions and ratings of each customer';
COMMENT ON VIEW v_intent_statistics IS 'How often an intent comes up, how sure the classifier is, how often it ends well';

-- pgkeel:down
DROP VIEW IF EXISTS v_intent_statistics;
DROP VIEW IF EXISTS v_user_statistics;
