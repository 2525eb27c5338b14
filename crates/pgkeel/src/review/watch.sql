-- What happens to relations, written down in a setting of the session: a statement's number, a tab, what happened.
CREATE SCHEMA pgkeel_review;
CREATE FUNCTION pgkeel_review.note(what text) RETURNS void LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT pg_catalog.set_config('pgkeel_review.seen',
        coalesce(pg_catalog.current_setting('pgkeel_review.seen', true), '')
        || coalesce(nullif(pg_catalog.current_setting('pgkeel_review.at', true), ''), '0') || E'\t' || what || E'\n', false)
$$;
CREATE FUNCTION pgkeel_review.rewritten() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pgkeel_review.note(E'rewrite\t' || pg_event_trigger_table_rewrite_oid()::regclass::text);
END $$;
CREATE FUNCTION pgkeel_review.dropped() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE object record;
BEGIN
    FOR object IN
        SELECT * FROM pg_event_trigger_dropped_objects() d WHERE d.original AND NOT d.is_temporary
    LOOP
        PERFORM pgkeel_review.note(E'gone\t' || object.object_type || E'\t' || object.object_identity);
    END LOOP;
    FOR object IN
        SELECT * FROM pg_event_trigger_dropped_objects() d
        WHERE NOT d.original AND NOT d.is_temporary AND d.object_identity NOT LIKE '"_RETURN" on %'
          AND d.object_type IN ('table', 'view', 'materialized view', 'index', 'table constraint', 'trigger', 'policy',
                                'function', 'procedure', 'table column', 'rule', 'statistics object', 'domain', 'sequence')
    LOOP
        PERFORM pgkeel_review.note(E'drop\t' || CASE WHEN object.normal THEN 't' ELSE 'f' END || E'\t'
            || object.object_type || E'\t' || object.object_identity);
    END LOOP;
END $$;
CREATE EVENT TRIGGER pgkeel_review_rewritten ON table_rewrite EXECUTE FUNCTION pgkeel_review.rewritten();
CREATE EVENT TRIGGER pgkeel_review_dropped ON sql_drop EXECUTE FUNCTION pgkeel_review.dropped();
