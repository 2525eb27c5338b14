-- The reporting tool reads the views and nothing else.

-- pgkeel:up
-- Roles belong to the whole cluster: another database may have made this one already, perhaps at
-- this very moment.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'chat_reporting') THEN
    CREATE ROLE chat_reporting NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END;
$$;

GRANT SELECT ON v_session_statistics, v_recent_unresolved_sessions, v_user_statistics, v_intent_statistics
  TO chat_reporting;

-- pgkeel:down
-- The role stays: other databases of the cluster may use it.
REVOKE SELECT ON v_session_statistics, v_recent_unresolved_sessions, v_user_statistics, v_intent_statistics
  FROM chat_reporting;
