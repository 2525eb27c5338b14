-- Before a transaction ends: has it changed one of these roles (THEIRS)? A row that is to be seen and whose transaction
-- is in progress is of this one or of a part of it. A dropped role is to be seen by its lock.
RESET SESSION AUTHORIZATION; RESET ROLE;
DO $pgkeel$
DECLARE
    own bigint := pg_catalog.pg_current_xact_id_if_assigned()::text::bigint;
    changed text;
    made text := '';
BEGIN
    PERFORM pg_catalog.set_config('pgkeel.made', '', false);
    IF own IS NULL THEN
        RETURN;
    END IF;
    SELECT w.what INTO changed FROM (
        SELECT 'drop the role with the OID ' || l.objid, NULL::xid FROM pg_catalog.pg_locks l
        WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'object' AND l.database = 0
            AND l.classid = 'pg_catalog.pg_authid'::regclass AND l.mode = 'AccessExclusiveLock' AND l.objid IN (THEIRS)
        UNION ALL
        SELECT 'change the members of role ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(m.roleid)), m.xmin
        FROM pg_catalog.pg_auth_members m WHERE m.roleid IN (THEIRS) AND m.member IN (THEIRS)
        UNION ALL
        SELECT 'change the settings of role ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(s.setrole)), s.xmin
        FROM pg_catalog.pg_db_role_setting s WHERE s.setrole IN (THEIRS) AND s.setdatabase NOT IN (
            SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        UNION ALL
        SELECT 'change the settings of database ' || pg_catalog.quote_ident(d.datname), s.xmin
        FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
        WHERE d.datname <> pg_catalog.current_database()
        UNION ALL
        SELECT 'change the database ' || pg_catalog.quote_ident(d.datname), d.xmin
        FROM pg_catalog.pg_database d WHERE d.datname <> pg_catalog.current_database()
    ) w (what, xmin)
    WHERE CASE
        WHEN w.xmin IS NULL THEN true
        WHEN w.xmin::text::bigint < own % 4294967296 THEN false
        ELSE pg_catalog.pg_xact_status((own - own % 4294967296 + w.xmin::text::bigint)::text::xid8) = 'in progress'
    END
    LIMIT 1;
    -- Only a superuser may read it.
    IF changed IS NULL AND pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT') THEN
        SELECT 'change the role ' || pg_catalog.quote_ident(a.rolname) INTO changed FROM pg_catalog.pg_authid a
        WHERE a.oid IN (THEIRS) AND CASE
            WHEN a.xmin::text::bigint < own % 4294967296 THEN false
            ELSE pg_catalog.pg_xact_status((own - own % 4294967296 + a.xmin::text::bigint)::text::xid8) = 'in progress'
        END
        LIMIT 1;
        SELECT pg_catalog.string_agg(a.rolname, pg_catalog.chr(10)) INTO made FROM pg_catalog.pg_authid a
        WHERE a.oid NOT IN (THEIRS) AND CASE
            WHEN a.xmin::text::bigint < own % 4294967296 THEN false
            ELSE pg_catalog.pg_xact_status((own - own % 4294967296 + a.xmin::text::bigint)::text::xid8) = 'in progress'
        END;
        PERFORM pg_catalog.set_config('pgkeel.made', COALESCE(made, ''), false);
    END IF;
    IF changed IS NOT NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'it would ' || changed || ', which the scratch server keeps',
            HINT = 'name a server of your own with --scratch-url';
    END IF;
END $pgkeel$;
SELECT made FROM pg_catalog.regexp_split_to_table(pg_catalog.current_setting('pgkeel.made'), E'\n') made WHERE made <> '';
RESET pgkeel.made
