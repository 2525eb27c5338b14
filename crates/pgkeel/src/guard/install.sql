-- The guard's tables, and what both modes use. {ns} is the history's namespace, quoted.
CREATE TABLE IF NOT EXISTS {ns}.guard_settings (
    mode text NOT NULL CHECK (mode IN ('record', 'refuse')),
    installed_by text NOT NULL DEFAULT pg_catalog.session_user(),
    installed_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    tool_version text NOT NULL,
    -- True when the namespace was made for the guard and goes with it.
    made_namespace boolean NOT NULL,
    allowed_roles text[] NOT NULL
);

CREATE TABLE IF NOT EXISTS {ns}.guard_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    transaction xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(),
    role text NOT NULL,
    login text NOT NULL DEFAULT pg_catalog.session_user(),
    application text DEFAULT pg_catalog.current_setting('application_name'),
    client inet DEFAULT pg_catalog.inet_client_addr(),
    command text NOT NULL,
    statement text,
    kind text,
    name text,
    parts text[],
    arguments text[],
    -- Its place in the catalog, which tells a renamed object from another one.
    class bigint,
    object bigint,
    before jsonb,
    after jsonb
);
ALTER TABLE {ns}.guard_log ADD COLUMN IF NOT EXISTS class bigint, ADD COLUMN IF NOT EXISTS object bigint;

-- What every object was after the last DDL, so that the next one can be recorded with what was there before it.
CREATE TABLE IF NOT EXISTS {ns}.guard_state (
    class oid NOT NULL,
    object oid NOT NULL,
    -- The table's own identity when the row was written: after a restore elsewhere the numbers mean other objects.
    home text NOT NULL,
    definition jsonb NOT NULL,
    PRIMARY KEY (class, object)
);

CREATE FUNCTION {ns}.guard_home() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%s/%s', to_regclass({guard_state})::oid, current_setting('server_version_num')::int / 10000)
$$;

-- The definition of an object as its readers know it; null for kinds that are only named.
CREATE FUNCTION {ns}.guard_definition(class oid, object oid) RETURNS jsonb LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    shape jsonb;
    relation pg_class;
BEGIN
    IF class = 'pg_class'::regclass THEN
        SELECT * INTO relation FROM pg_class c WHERE c.oid = object;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        shape := jsonb_build_object('owner', pg_get_userbyid(relation.relowner), 'privileges', relation.relacl::text,
            'comment', obj_description(object, 'pg_class'), 'options', array_to_string(relation.reloptions, ', '));
        IF relation.relkind IN ('r', 'p', 'f') THEN
            shape := shape || jsonb_build_object(
                'row security', nullif(relation.relrowsecurity, false),
                'row security forced', nullif(relation.relforcerowsecurity, false),
                'columns', (SELECT jsonb_object_agg(a.attname, jsonb_strip_nulls(jsonb_build_object(
                    'number', a.attnum, 'type', format_type(a.atttypid, a.atttypmod), 'not null', nullif(a.attnotnull, false),
                    'default', pg_get_expr(d.adbin, d.adrelid), 'identity', nullif(a.attidentity, ''),
                    'generated', nullif(a.attgenerated, ''), 'privileges', a.attacl::text,
                    'comment', col_description(object, a.attnum))))
                    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                    WHERE a.attrelid = object AND a.attnum > 0 AND NOT a.attisdropped),
                'constraints', (SELECT jsonb_object_agg(k.conname, pg_get_constraintdef(k.oid))
                    FROM pg_constraint k WHERE k.conrelid = object AND k.contype NOT IN ('n', 't')));
        ELSIF relation.relkind IN ('v', 'm') THEN
            shape := shape || jsonb_build_object('definition', pg_get_viewdef(object));
        ELSIF relation.relkind IN ('i', 'I') THEN
            shape := jsonb_build_object('definition', pg_get_indexdef(object));
        ELSIF relation.relkind = 'S' THEN
            shape := shape || (SELECT jsonb_build_object('type', format_type(s.seqtypid, NULL), 'increment', s.seqincrement,
                'minimum', s.seqmin, 'maximum', s.seqmax, 'start', s.seqstart, 'cycle', s.seqcycle)
                FROM pg_sequence s WHERE s.seqrelid = object);
        END IF;
    ELSIF class = 'pg_proc'::regclass THEN
        SELECT jsonb_build_object('owner', pg_get_userbyid(p.proowner), 'privileges', p.proacl::text,
            'comment', obj_description(object, 'pg_proc'),
            'definition', CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END)
            INTO shape FROM pg_proc p WHERE p.oid = object;
    ELSIF class = 'pg_type'::regclass THEN
        SELECT jsonb_build_object('owner', pg_get_userbyid(t.typowner), 'privileges', t.typacl::text,
            'comment', obj_description(object, 'pg_type'),
            'labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
            'type', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
            'not null', nullif(t.typnotnull, false), 'default', t.typdefault,
            'constraints', (SELECT jsonb_object_agg(k.conname, pg_get_constraintdef(k.oid))
                FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype <> 'n'),
            'attributes', (SELECT jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod))
                FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
            INTO shape FROM pg_type t WHERE t.oid = object;
    ELSIF class = 'pg_trigger'::regclass THEN
        SELECT jsonb_build_object('definition', pg_get_triggerdef(g.oid), 'enabled', g.tgenabled)
            INTO shape FROM pg_trigger g WHERE g.oid = object;
    ELSIF class = 'pg_policy'::regclass THEN
        SELECT jsonb_build_object('command', p.polcmd, 'permissive', p.polpermissive,
            'roles', (SELECT jsonb_agg(coalesce(r.rolname, 'public') ORDER BY r.rolname)
                FROM unnest(p.polroles) AS o(role) LEFT JOIN pg_roles r ON r.oid = o.role),
            'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
            INTO shape FROM pg_policy p WHERE p.oid = object;
    ELSIF class = 'pg_rewrite'::regclass THEN
        SELECT jsonb_build_object('definition', pg_get_ruledef(w.oid), 'enabled', w.ev_enabled)
            INTO shape FROM pg_rewrite w WHERE w.oid = object;
    ELSIF class = 'pg_namespace'::regclass THEN
        SELECT jsonb_build_object('owner', pg_get_userbyid(n.nspowner), 'privileges', n.nspacl::text,
            'comment', obj_description(object, 'pg_namespace')) INTO shape FROM pg_namespace n WHERE n.oid = object;
    ELSIF class = 'pg_extension'::regclass THEN
        SELECT jsonb_build_object('version', e.extversion) INTO shape FROM pg_extension e WHERE e.oid = object;
    END IF;
    IF shape IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN jsonb_strip_nulls(shape) || jsonb_build_object('name', (pg_identify_object(class, object, 0)).identity);
END
$$;

-- Whether this session is pgkeel's: it holds an advisory lock of pgkeel's class, as every session of pgkeel does that
-- changes a schema; or it logged in as a role that may.
CREATE FUNCTION {ns}.guard_is_ours() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
            AND classid = {class}::oid AND objsubid = 2)
        OR EXISTS (SELECT FROM {ns}.guard_settings WHERE session_user::text = ANY (allowed_roles)
            OR current_setting('role') = ANY (allowed_roles))
$$;

-- The client's text without what is likely to be a secret.
CREATE FUNCTION {ns}.guard_statement() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT left(regexp_replace(regexp_replace(regexp_replace(current_query(),
        '(pass(word|wd|phrase)?|secret\w*|token|api_?key)("?\s*=?\s*)(e?''([^'']|'''')*'')', '\1\3''***''', 'gi'),
        '((pass(word|wd|phrase)?|secret\w*|token|api_?key)\s*=\s*)[^\s'';)]+', '\1***', 'gi'),
        '(://[^\s:/@'']+:)[^\s@'']+@', '\1***@', 'g'), 20000)
$$;
