-- Mode record. One function for both events; whatever fails in it is a warning, and the DDL goes on.
CREATE FUNCTION {ns}.guard_record() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '250ms' AS $$
DECLARE
    ours boolean;
    item record;
    earlier jsonb;
    later jsonb;
    here text;
BEGIN
    PERFORM set_config('pgkeel.guard_fired', tg_event, true);
    IF tg_tag IN ('REFRESH MATERIALIZED VIEW', 'REINDEX') THEN
        RETURN;
    END IF;
    ours := {ns}.guard_is_ours();
    here := {ns}.guard_home();
    IF tg_event = 'sql_drop' THEN
        FOR item IN
            SELECT d.*, coalesce(d.address_names[1], '') ~ '^pg_(temp|toast)' AS passing FROM pg_event_trigger_dropped_objects() d
        LOOP
            CONTINUE WHEN item.is_temporary OR item.passing OR item.schema_name ~ '^pg_(temp|toast)';
            -- What stands and falls with the object that was named.
            CONTINUE WHEN NOT (item.original OR item.normal) AND (tg_tag !~ '^ALTER'
                OR item.object_type IN ('type', 'toast table', 'default value')
                OR item.object_identity ~ '^"RI_ConstraintTrigger');
            CONTINUE WHEN item.object_type = 'rule' AND item.address_names[3] = '_RETURN';
            earlier := NULL;
            IF item.objsubid = 0 THEN
                DELETE FROM {ns}.guard_state s WHERE s.class = item.classid AND s.object = item.objid
                    AND s.home = here RETURNING s.definition INTO earlier;
            ELSE
                SELECT s.definition -> 'columns' -> item.address_names[array_upper(item.address_names, 1)] INTO earlier
                    FROM {ns}.guard_state s WHERE s.class = item.classid AND s.object = item.objid AND s.home = here;
            END IF;
            -- The members of an extension are its own business; of them nothing is kept.
            CONTINUE WHEN ours OR tg_tag = 'DROP EXTENSION' AND NOT item.original AND earlier IS NULL;
            INSERT INTO {ns}.guard_log (role, command, statement, kind, name, parts, arguments, class, object, before)
            VALUES (coalesce(nullif(current_setting('role'), 'none'), session_user), tg_tag, {ns}.guard_statement(),
                item.object_type, item.object_identity, item.address_names, item.address_args, item.classid, item.objid,
                earlier);
        END LOOP;
        RETURN;
    END IF;
    FOR item IN
        SELECT c.classid, c.objid, c.objsubid, c.command_tag, c.object_type, c.schema_name, c.object_identity, c.in_extension
        FROM pg_event_trigger_ddl_commands() c
    LOOP
        CONTINUE WHEN item.in_extension OR item.schema_name ~ '^pg_(temp|toast)' OR item.object_identity ~ '\mpg_temp(_\d+)?\.';
        IF item.objid IS NULL THEN
            CONTINUE WHEN ours;
            INSERT INTO {ns}.guard_log (role, command, statement, kind)
            VALUES (coalesce(nullif(current_setting('role'), 'none'), session_user), item.command_tag,
                {ns}.guard_statement(), lower(item.object_type));
            CONTINUE;
        END IF;
        earlier := NULL;
        later := {ns}.guard_definition(item.classid, item.objid);
        SELECT s.definition INTO earlier FROM {ns}.guard_state s
            WHERE s.class = item.classid AND s.object = item.objid AND s.home = here;
        IF later IS NOT NULL THEN
            INSERT INTO {ns}.guard_state AS s (class, object, home, definition) VALUES (item.classid, item.objid, here, later)
            ON CONFLICT (class, object) DO UPDATE SET home = excluded.home, definition = excluded.definition;
        END IF;
        CONTINUE WHEN ours;
        INSERT INTO {ns}.guard_log (role, command, statement, kind, name, parts, arguments, class, object, before, after)
        SELECT coalesce(nullif(current_setting('role'), 'none'), session_user), item.command_tag, {ns}.guard_statement(),
            item.object_type, item.object_identity, a.object_names, a.object_args, item.classid, item.objid,
            earlier, later
        FROM pg_identify_object_as_address(item.classid, item.objid, item.objsubid) a;
    END LOOP;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING USING ERRCODE = 'PKL21', MESSAGE = format('pgkeel could not record this %s: %s', tg_tag, SQLERRM),
        HINT = 'The statement itself is not affected. `pgkeel guard status` tells whether the guard is whole, `pgkeel guard on` mends it.';
END
$$;
