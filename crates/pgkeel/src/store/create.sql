CREATE SCHEMA IF NOT EXISTS {ns};

CREATE TABLE {ns}.about (
    format integer NOT NULL,
    tool_version text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);

INSERT INTO {ns}.about (format, tool_version) VALUES ({format}, {tool});

CREATE TABLE {ns}.migrations (
    version text COLLATE pg_catalog."C" PRIMARY KEY,
    name text NOT NULL,
    checksum_algorithm text NOT NULL,
    checksum text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('applied', 'stamped', 'started', 'failed')),
    statements integer NOT NULL,
    applied_by text NOT NULL DEFAULT pg_catalog.session_user(),
    applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    duration_ms bigint,
    tool_version text NOT NULL,
    fingerprint text,
    down_script text
);

CREATE TABLE {ns}.journal (
    version text COLLATE pg_catalog."C" NOT NULL,
    step integer NOT NULL,
    statement text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    finished_at timestamptz,
    error text,
    PRIMARY KEY (version, step)
);

CREATE TABLE {ns}.snapshots (
    fingerprint text COLLATE pg_catalog."C" PRIMARY KEY,
    version text,
    taken_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    server_version integer NOT NULL DEFAULT pg_catalog.current_setting('server_version_num')::integer,
    schema jsonb NOT NULL
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

CREATE FUNCTION {ns}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit of pgkeel only grows: % is refused', lower(TG_OP);
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {ns}.audit
    FOR EACH STATEMENT EXECUTE FUNCTION {ns}.refuse_change();

CREATE FUNCTION {ns}.guard(class integer, key integer, applying text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_locks
        WHERE locktype = 'advisory' AND classid = class::oid AND objid::bigint = key & 4294967295
          AND objsubid = 2 AND pid = pg_catalog.pg_backend_pid() AND granted
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'PKL01',
            MESSAGE = 'pgkeel no longer holds its lock on this history';
    END IF;
    IF EXISTS (SELECT FROM {ns}.migrations m WHERE m.version = applying) THEN
        RAISE EXCEPTION USING ERRCODE = 'PKL02',
            MESSAGE = pg_catalog.format('migration %s is in the history already', applying);
    END IF;
END
$$;

COMMENT ON SCHEMA {ns} IS 'History, audit and snapshots of pgkeel';
