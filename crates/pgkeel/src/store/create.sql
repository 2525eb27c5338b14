CREATE SCHEMA IF NOT EXISTS {ns};

CREATE TABLE {ns}.about (
    format integer PRIMARY KEY,
    tool_version text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);

INSERT INTO {ns}.about (format, tool_version) VALUES ({format}, {tool});

CREATE TABLE {ns}.migrations (
    version text COLLATE pg_catalog."C" PRIMARY KEY,
    name text NOT NULL,
    checksum_algorithm text NOT NULL,
    checksum text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('applied', 'stamped', 'started', 'failed', 'undoing')),
    statements integer NOT NULL,
    applied_by text NOT NULL DEFAULT pg_catalog.session_user(),
    applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    duration_ms bigint,
    tool_version text NOT NULL,
    fingerprint text,
    down_script text,
    destroyed text
);

CREATE TABLE {ns}.journal (
    work text COLLATE pg_catalog."C" NOT NULL,
    step integer NOT NULL,
    first_statement integer NOT NULL,
    last_statement integer NOT NULL,
    alone boolean NOT NULL,
    statement text NOT NULL,
    indexes_before text,
    started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    finished_at timestamptz,
    error text,
    PRIMARY KEY (work, step)
);

CREATE TABLE {ns}.snapshots (
    fingerprint text COLLATE pg_catalog."C" PRIMARY KEY,
    version text,
    taken_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    server_version integer NOT NULL DEFAULT pg_catalog.current_setting('server_version_num')::integer,
    schema json NOT NULL,
    -- What was there before the first migration: this history does not vouch for it beside those of other applications.
    found text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE {ns}.kept (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version text COLLATE pg_catalog."C" NOT NULL,
    kind text NOT NULL CHECK (kind IN ('table', 'column')),
    namespace text NOT NULL,
    relation text NOT NULL,
    attribute text,
    holder oid NOT NULL,
    kept_namespace text,
    kept_attribute text,
    kept_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    expires_at timestamptz NOT NULL
);

CREATE TABLE {ns}.performance (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    versions jsonb NOT NULL,
    before jsonb NOT NULL,
    after jsonb
);

CREATE TABLE {ns}.samples (
    taken_at timestamptz PRIMARY KEY DEFAULT pg_catalog.clock_timestamp(),
    data jsonb NOT NULL
);

CREATE TABLE {ns}.audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    action text NOT NULL,
    target text,
    detail jsonb NOT NULL DEFAULT '{}',
    role text NOT NULL DEFAULT pg_catalog.session_user(),
    application text DEFAULT pg_catalog.current_setting('application_name'),
    client inet DEFAULT pg_catalog.inet_client_addr(),
    tool_version text NOT NULL
);

-- While a script of the user's runs, whatever way it takes and whatever the session's replication role is.
CREATE FUNCTION {ns}.refuse_script() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'PKL05', MESSAGE = pg_catalog.format(
        'the history of pgkeel is no business of a script: %s on %I.%I is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME),
        HINT = 'take the statement out of the file; `pgkeel history` puts right what is recorded, with a reason in the audit';
END
$$;

CREATE TRIGGER written_by_pgkeel BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {ns}.about FOR EACH STATEMENT
    WHEN (pg_catalog.current_setting('pgkeel.script', true) OPERATOR(pg_catalog.=) 'runs') EXECUTE FUNCTION {ns}.refuse_script();
CREATE TRIGGER written_by_pgkeel BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {ns}.migrations FOR EACH STATEMENT
    WHEN (pg_catalog.current_setting('pgkeel.script', true) OPERATOR(pg_catalog.=) 'runs') EXECUTE FUNCTION {ns}.refuse_script();
CREATE TRIGGER written_by_pgkeel BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {ns}.journal FOR EACH STATEMENT
    WHEN (pg_catalog.current_setting('pgkeel.script', true) OPERATOR(pg_catalog.=) 'runs') EXECUTE FUNCTION {ns}.refuse_script();
CREATE TRIGGER written_by_pgkeel BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {ns}.snapshots FOR EACH STATEMENT
    WHEN (pg_catalog.current_setting('pgkeel.script', true) OPERATOR(pg_catalog.=) 'runs') EXECUTE FUNCTION {ns}.refuse_script();
CREATE TRIGGER written_by_pgkeel BEFORE UPDATE OR DELETE OR TRUNCATE ON {ns}.performance FOR EACH STATEMENT
    WHEN (pg_catalog.current_setting('pgkeel.script', true) OPERATOR(pg_catalog.=) 'runs') EXECUTE FUNCTION {ns}.refuse_script();
-- A rollback that keeps data writes here from within its script.
CREATE TRIGGER written_by_pgkeel BEFORE DELETE OR TRUNCATE ON {ns}.kept FOR EACH STATEMENT
    WHEN (pg_catalog.current_setting('pgkeel.script', true) OPERATOR(pg_catalog.=) 'runs') EXECUTE FUNCTION {ns}.refuse_script();
ALTER TABLE {ns}.about ENABLE ALWAYS TRIGGER written_by_pgkeel;
ALTER TABLE {ns}.migrations ENABLE ALWAYS TRIGGER written_by_pgkeel;
ALTER TABLE {ns}.journal ENABLE ALWAYS TRIGGER written_by_pgkeel;
ALTER TABLE {ns}.snapshots ENABLE ALWAYS TRIGGER written_by_pgkeel;
ALTER TABLE {ns}.performance ENABLE ALWAYS TRIGGER written_by_pgkeel;
ALTER TABLE {ns}.kept ENABLE ALWAYS TRIGGER written_by_pgkeel;

-- What is dropped no trigger can refuse: it is missed before the transaction commits.
CREATE FUNCTION {ns}.intact() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    kept CONSTANT name[] := '{about,migrations,journal,snapshots,kept,performance,audit}';
    there name[];
BEGIN
    there := ARRAY(SELECT c.relname FROM pg_catalog.pg_class c
        WHERE c.relname OPERATOR(pg_catalog.=) ANY (kept) AND c.relnamespace OPERATOR(pg_catalog.=)
            (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname OPERATOR(pg_catalog.=) {namespace}));
    IF pg_catalog.cardinality(there) OPERATOR(pg_catalog.<) pg_catalog.cardinality(kept) THEN
        RAISE EXCEPTION USING ERRCODE = 'PKL05',
            MESSAGE = pg_catalog.format('the script dropped what the history of pgkeel is kept in: %s',
                (SELECT pg_catalog.string_agg(k.name, ', ') FROM pg_catalog.unnest(kept) k (name)
                    WHERE k.name OPERATOR(pg_catalog.<>) ALL (there)));
    END IF;
END
$$;

CREATE FUNCTION {ns}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit of pgkeel only grows: % is refused', lower(TG_OP);
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {ns}.audit
    FOR EACH STATEMENT EXECUTE FUNCTION {ns}.refuse_change();
ALTER TABLE {ns}.audit ENABLE ALWAYS TRIGGER append_only;

-- pg_locks would tell who holds the lock, but reading all locks of the server takes as long as a small migration. `alone`
-- releases every other advisory lock of the session.
CREATE FUNCTION {ns}.hold(class integer, key integer, alone boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Until the end of the transaction nobody else can take it, whatever becomes of the session's hold on it.
    IF NOT pg_catalog.pg_try_advisory_xact_lock(class, key) THEN
        RAISE EXCEPTION USING ERRCODE = 'PKL01', MESSAGE = 'another session holds the lock of pgkeel on this history';
    END IF;
    IF NOT pg_catalog.pg_advisory_unlock(class, key) THEN
        RAISE EXCEPTION USING ERRCODE = 'PKL01',
            MESSAGE = 'the session no longer holds the lock of pgkeel on this history',
            DETAIL = 'pg_advisory_unlock_all() and DISCARD ALL release it, also inside functions.';
    END IF;
    IF alone THEN
        PERFORM pg_catalog.pg_advisory_unlock_all();
    END IF;
    PERFORM pg_catalog.pg_advisory_lock(class, key);
END
$$;

CREATE FUNCTION {ns}.guard(class integer, key integer, applying text, behind text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Sent before it was known how that one ended.
    IF behind IS NOT NULL AND NOT EXISTS (SELECT FROM {ns}.migrations m
        WHERE m.version OPERATOR(pg_catalog.=) behind AND m.outcome OPERATOR(pg_catalog.=) 'applied') THEN
        RAISE EXCEPTION USING ERRCODE = 'PKL04', MESSAGE = pg_catalog.format('migration %s has not been applied', behind);
    END IF;
    PERFORM {ns}.hold(class, key);
    IF EXISTS (SELECT FROM {ns}.migrations m WHERE m.version OPERATOR(pg_catalog.=) applying) THEN
        RAISE EXCEPTION USING ERRCODE = 'PKL02', MESSAGE =
            pg_catalog.format('migration %s is in the history already', applying);
    END IF;
END
$$;

-- One call, whose plans the session keeps: that costs half of two statements, each of which is parsed and planned anew.
CREATE FUNCTION {ns}.applied(version text, name text, algorithm text, checksum text, statements integer, tool text, down text,
    destroyed text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {ns}.migrations
        (version, name, checksum_algorithm, checksum, outcome, statements, duration_ms, tool_version, down_script, destroyed)
        VALUES (version, name, algorithm, checksum, 'applied', statements,
            (pg_catalog.extract('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-)
                pg_catalog.transaction_timestamp()) OPERATOR(pg_catalog.*) 1000)::bigint, tool, down, destroyed);
    INSERT INTO {ns}.audit (action, target, detail, tool_version)
        VALUES ('migrate', version, pg_catalog.jsonb_build_object('name', name, 'checksum', checksum,
            'statements', statements), tool);
END
$$;

CREATE FUNCTION {ns}.tidy(class integer, key integer) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    other record;
    released integer := 0;
BEGIN
    WHILE released < 10000 LOOP
        SELECT classid::bigint AS high, objid::bigint AS low, objsubid, mode INTO other FROM pg_locks
            WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
                AND NOT (objsubid = 2 AND classid::bigint = class::bigint & 4294967295
                    AND objid::bigint = key::bigint & 4294967295) LIMIT 1;
        EXIT WHEN NOT FOUND;
        IF other.objsubid = 1 AND other.mode = 'ShareLock' THEN
            PERFORM pg_advisory_unlock_shared(other.high << 32 | other.low);
        ELSIF other.objsubid = 1 THEN
            PERFORM pg_advisory_unlock(other.high << 32 | other.low);
        ELSIF other.mode = 'ShareLock' THEN
            PERFORM pg_advisory_unlock_shared(other.high::bit(32)::integer, other.low::bit(32)::integer);
        ELSE
            PERFORM pg_advisory_unlock(other.high::bit(32)::integer, other.low::bit(32)::integer);
        END IF;
        released := released + 1;
    END LOOP;
    IF released > 0 THEN
        RAISE WARNING USING ERRCODE = 'PKL03',
            MESSAGE = CASE WHEN released = 1 THEN 'an advisory lock was left in the session; it was released'
                ELSE format('%s advisory locks were left in the session; they were released', released) END;
    END IF;
END
$$;

COMMENT ON SCHEMA {ns} IS 'History, audit and snapshots of pgkeel';
