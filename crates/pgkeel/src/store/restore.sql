DO $pgkeel$
DECLARE
    item record;
    source text;
    target regclass;
    names text;
    taken text;
    other record;
    own text[];
BEGIN
    -- What was kept last was dropped last, so others may refer to it.
    FOR item IN SELECT * FROM {ns}.kept k WHERE k.version = ANY ({versions}) ORDER BY k.id DESC LOOP
        IF item.kind = 'column' THEN
            SELECT c.oid::regclass INTO target FROM {ns}.kept k JOIN pg_catalog.pg_class c ON c.oid = k.holder WHERE k.id = item.id;
            SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) INTO taken FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = target AND a.attname = item.attribute AND NOT a.attisdropped AND a.attgenerated = '';
            CONTINUE WHEN target IS NULL OR taken IS NULL;
        ELSE
            target := pg_catalog.to_regclass(pg_catalog.format('%I.%I', item.namespace, item.relation));
            source := pg_catalog.format('%I.%I', item.kept_namespace, item.relation);
            CONTINUE WHEN target IS NULL OR pg_catalog.to_regclass(source) IS NULL;
        END IF;
        SELECT COALESCE(pg_catalog.array_agg(t.tgname), '{}') INTO own FROM pg_catalog.pg_trigger t
            WHERE t.tgrelid = target AND NOT t.tgisinternal AND t.tgenabled = 'O';
        FOR other IN SELECT pg_catalog.unnest(own) AS name LOOP
            EXECUTE pg_catalog.format('ALTER TABLE %s DISABLE TRIGGER %I', target, other.name);
        END LOOP;
        IF item.kind = 'column' THEN
            EXECUTE pg_catalog.format('UPDATE %s SET %I = %I::text::%s WHERE %I IS NOT NULL', target, item.attribute,
                item.kept_attribute, taken, item.kept_attribute);
            EXECUTE pg_catalog.format('ALTER TABLE %s DROP COLUMN %I', target, item.kept_attribute);
        ELSE
            -- Columns that were set aside before the table was move with the rows.
            FOR other IN SELECT k.id, k.kept_attribute, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
                FROM {ns}.kept k JOIN pg_catalog.pg_attribute a ON a.attrelid = k.holder AND a.attname = k.kept_attribute
                WHERE k.holder = pg_catalog.to_regclass(source) AND k.kind = 'column'
            LOOP
                EXECUTE pg_catalog.format('ALTER TABLE %s ADD COLUMN %I %s', target, other.kept_attribute, other.type);
                UPDATE {ns}.kept SET holder = target WHERE id = other.id;
            END LOOP;
            SELECT pg_catalog.string_agg(pg_catalog.format('%I', a.attname), ', ' ORDER BY a.attnum),
                pg_catalog.string_agg(CASE WHEN a.atttypid = b.atttypid THEN pg_catalog.format('%I', a.attname)
                    ELSE pg_catalog.format('%I::text::%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) END,
                    ', ' ORDER BY a.attnum) INTO names, taken
                FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_attribute b ON b.attname = a.attname
                WHERE a.attrelid = target AND b.attrelid = pg_catalog.to_regclass(source) AND a.attnum > 0 AND b.attnum > 0
                AND NOT a.attisdropped AND NOT b.attisdropped AND a.attgenerated = '';
            IF names IS NOT NULL THEN
                -- Rows that the migration has written again are not written twice; as often as they are there, no more.
                EXECUTE pg_catalog.format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %3$s FROM (SELECT *, '
                    'ROW(%2$s)::text AS pgkeel_row, pg_catalog.row_number() OVER (PARTITION BY ROW(%2$s)::text) AS pgkeel_number '
                    'FROM %4$s) kept WHERE NOT EXISTS (SELECT FROM (SELECT ROW(%2$s)::text AS pgkeel_row, pg_catalog.count(*) AS '
                    'pgkeel_count FROM %1$s GROUP BY 1) there WHERE there.pgkeel_row = kept.pgkeel_row AND kept.pgkeel_number <= '
                    'there.pgkeel_count) ON CONFLICT DO NOTHING', target, names, taken, source);
            END IF;
            FOR other IN SELECT a.attname, pg_catalog.pg_get_serial_sequence(target::text, a.attname) AS sequence
                FROM pg_catalog.pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
            LOOP
                CONTINUE WHEN other.sequence IS NULL;
                EXECUTE pg_catalog.format('SELECT pg_catalog.setval(%L, m) FROM (SELECT pg_catalog.max(%I)::bigint AS m FROM %s) x '
                    'WHERE m IS NOT NULL', other.sequence, other.attname, target);
            END LOOP;
            EXECUTE pg_catalog.format('DROP SCHEMA %I CASCADE', item.kept_namespace);
        END IF;
        FOR other IN SELECT pg_catalog.unnest(own) AS name LOOP
            EXECUTE pg_catalog.format('ALTER TABLE %s ENABLE TRIGGER %I', target, other.name);
        END LOOP;
        DELETE FROM {ns}.kept k WHERE k.id = item.id;
        INSERT INTO {ns}.audit (action, target, detail, tool_version) VALUES ('restore', item.version,
            pg_catalog.jsonb_build_object('kind', item.kind, 'object', pg_catalog.concat_ws('.', item.namespace, item.relation,
            item.attribute), 'kept_at', item.kept_at), {tool});
    END LOOP;
END
$pgkeel$
