-- The role that the service runs under. It owns nothing, so it can switch nothing off, and it has no
-- right to change a message or to move a conversation to another user.

-- pgkeel:up
-- Roles belong to the whole cluster: another database may have made this one already, perhaps at
-- this very moment.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'conversations_app') THEN
    CREATE ROLE conversations_app NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END;
$$;

-- Whoever migrates may act as the application, to verify (checks/). A superuser may anyway; others
-- who are not allowed to give themselves the role can do without.
DO $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    GRANT conversations_app TO CURRENT_USER;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END;
$$;

GRANT SELECT ON users TO conversations_app;
GRANT SELECT, INSERT, DELETE ON conversations TO conversations_app;
GRANT UPDATE (updated_at) ON conversations TO conversations_app;
GRANT SELECT, INSERT, DELETE ON messages TO conversations_app;

-- pgkeel:down
-- The role and the membership stay: other databases of the cluster may use them.
REVOKE SELECT, INSERT, DELETE ON messages FROM conversations_app;
REVOKE UPDATE (updated_at) ON conversations FROM conversations_app;
REVOKE SELECT, INSERT, DELETE ON conversations FROM conversations_app;
REVOKE SELECT ON users FROM conversations_app;
