-- Three numbers at the top of the operations dashboard.
SELECT
  (SELECT count(*) FROM v_recent_unresolved_sessions) AS waiting,
  (SELECT round(avg(avg_response_ms)) FROM v_session_statistics) AS avg_response_ms,
  (SELECT intent FROM v_intent_statistics ORDER BY messages DESC, intent LIMIT 1) AS top_intent;
