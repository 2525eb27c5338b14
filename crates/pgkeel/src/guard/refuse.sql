-- Mode refuse. What cannot be rolled back is refused before it starts, everything else once it is known what it concerns.
CREATE FUNCTION {ns}.guard_refuse() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    concerned text;
BEGIN
    PERFORM set_config('pgkeel.guard_fired', tg_event, true);
    IF tg_tag IN ('REFRESH MATERIALIZED VIEW', 'REINDEX') THEN
        RETURN;
    END IF;
    IF tg_event = 'ddl_command_start' THEN
        IF current_query() !~* '\mconcurrently\M' THEN
            RETURN;
        END IF;
        concerned := 'CONCURRENTLY';
    ELSIF tg_event = 'table_rewrite' THEN
        SELECT format('%s', c.oid::regclass) INTO concerned FROM pg_class c
            WHERE c.oid = pg_event_trigger_table_rewrite_oid() AND c.relpersistence <> 't';
    ELSIF tg_event = 'sql_drop' THEN
        SELECT format('%s %s', d.object_type, d.object_identity) INTO concerned FROM pg_event_trigger_dropped_objects() d
            WHERE NOT d.is_temporary AND d.original AND coalesce(d.schema_name, '') !~ '^pg_(temp|toast)'
                AND coalesce(d.address_names[1], '') !~ '^pg_(temp|toast)' LIMIT 1;
    ELSE
        SELECT coalesce(format('%s %s', c.object_type, c.object_identity), c.command_tag) INTO concerned
            FROM pg_event_trigger_ddl_commands() c
            WHERE NOT c.in_extension AND coalesce(c.schema_name, '') !~ '^pg_(temp|toast)'
                AND coalesce(c.object_identity, '') !~ '\mpg_temp(_\d+)?\.'
            ORDER BY c.command_tag = tg_tag DESC LIMIT 1;
    END IF;
    IF concerned IS NULL OR {ns}.guard_is_ours() THEN
        RETURN;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'PKL20',
        MESSAGE = format('%s is refused: the schema of this database only changes by pgkeel (%s)', tg_tag, concerned),
        DETAIL = format('Role %s, application "%s". `pgkeel guard on --mode refuse` was run here.',
            coalesce(nullif(current_setting('role'), 'none'), session_user), current_setting('application_name')),
        HINT = 'Write it as a migration: `pgkeel new NAME`, then `pgkeel migrate`. If an application did this at its start, '
            'switch off its automatic schema changes (sync, alter, auto-migrate). In an emergency, `pgkeel guard off` lets '
            'DDL through again; `pgkeel drift` shows what it changed.';
END
$$;
