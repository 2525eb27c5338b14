-- The three tables are there, with the keys that cascade and the index that orders.
DO $$
DECLARE
  missing TEXT;
BEGIN
  SELECT string_agg(wanted.name, ', ') INTO missing
  FROM (VALUES ('users'), ('conversations'), ('messages')) AS wanted (name)
  WHERE to_regclass('public.' || wanted.name) IS NULL;
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION 'tables missing: %', missing;
  END IF;

  IF (SELECT count(*) FROM pg_constraint
      WHERE contype = 'f' AND confdeltype = 'c' AND convalidated
        AND (conrelid, confrelid) IN (
          ('public.conversations'::regclass, 'public.users'::regclass),
          ('public.messages'::regclass, 'public.conversations'::regclass))) <> 2 THEN
    RAISE EXCEPTION 'a cascading foreign key is missing';
  END IF;

  IF NOT EXISTS (
    SELECT FROM pg_index
    WHERE indexrelid = to_regclass('public.idx_messages_conversation_created')
      AND indisvalid AND indisready) THEN
    RAISE EXCEPTION 'idx_messages_conversation_created is missing or invalid';
  END IF;
END;
$$;

SELECT 'Tables' AS "check", 'OK' AS result;
