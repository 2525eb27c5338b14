DO $pgkeel$
DECLARE
    target regclass := pg_catalog.to_regclass({table});
    self pg_catalog.pg_class;
    home text;
    place text;
    number bigint;
    filled boolean;
    other record;
BEGIN
    SELECT c.* INTO self FROM pg_catalog.pg_class c WHERE c.oid = target AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't';
    IF NOT FOUND THEN
        -- What a missing table means is said by the statement itself.
        RETURN;
    END IF;
    SELECT n.nspname INTO home FROM pg_catalog.pg_namespace n WHERE n.oid = self.relnamespace;
    EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM %s)', target) INTO filled;
    IF NOT filled THEN
        RETURN;
    END IF;
    -- Whatever PostgreSQL would refuse the drop for, it refuses it for still.
    IF NOT {cascade} AND (
        EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.confrelid = target AND k.conrelid <> target AND k.contype = 'f')
        OR EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
            WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refobjid = target AND r.ev_class <> target)
    ) THEN
        RETURN;
    END IF;
    INSERT INTO {ns}.kept (version, kind, namespace, relation, holder, expires_at) VALUES ({version}, 'table', home,
        self.relname, target, pg_catalog.clock_timestamp() + pg_catalog.make_interval(days => {days})) RETURNING id INTO number;
    place := {place} || number;
    UPDATE {ns}.kept SET kept_namespace = place WHERE id = number;
    EXECUTE pg_catalog.format('CREATE SCHEMA %I', place);
    FOR other IN SELECT DISTINCT r.ev_class::regclass AS name, c.relkind FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
        WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refobjid = target AND r.ev_class <> target
    LOOP
        -- One of them may have gone with another.
        IF pg_catalog.to_regclass(other.name::text) IS NOT NULL THEN
            EXECUTE pg_catalog.format('DROP %s IF EXISTS %s CASCADE',
                CASE other.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, other.name);
        END IF;
    END LOOP;
    FOR other IN SELECT k.conrelid::regclass AS name, k.conname FROM pg_catalog.pg_constraint k
        WHERE k.contype = 'f' AND k.conparentid = 0 AND (k.confrelid = target OR k.conrelid = target)
    LOOP
        EXECUTE pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', other.name, other.conname);
    END LOOP;
    FOR other IN SELECT t.tgname FROM pg_catalog.pg_trigger t WHERE t.tgrelid = target AND NOT t.tgisinternal LOOP
        EXECUTE pg_catalog.format('DROP TRIGGER %I ON %s', other.tgname, target);
    END LOOP;
    FOR other IN SELECT p.polname FROM pg_catalog.pg_policy p WHERE p.polrelid = target LOOP
        EXECUTE pg_catalog.format('DROP POLICY %I ON %s', other.polname, target);
    END LOOP;
    -- Functions and types of the application go with the script; what is kept must not hold them.
    FOR other IN SELECT a.attname, y.typnamespace <> 'pg_catalog'::regnamespace AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = y.oid AND d.deptype = 'e') AS own, a.atthasdef
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
        WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    LOOP
        IF other.atthasdef THEN
            EXECUTE pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', target, other.attname);
        END IF;
        IF other.own THEN
            EXECUTE pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I TYPE text USING %I::text', target, other.attname, other.attname);
        END IF;
    END LOOP;
    IF self.relispartition THEN
        SELECT i.inhparent::regclass AS parent INTO other FROM pg_catalog.pg_inherits i WHERE i.inhrelid = target;
        EXECUTE pg_catalog.format('ALTER TABLE %s DETACH PARTITION %s', other.parent, target);
    END IF;
    FOR other IN WITH RECURSIVE beneath(oid) AS (SELECT target::oid UNION ALL SELECT i.inhrelid FROM pg_catalog.pg_inherits i
        JOIN beneath b ON i.inhparent = b.oid) SELECT b.oid::regclass AS name FROM beneath b
    LOOP
        EXECUTE pg_catalog.format('ALTER TABLE %s SET SCHEMA %I', other.name, place);
    END LOOP;
    -- The statement drops this one instead.
    EXECUTE pg_catalog.format('CREATE TABLE %I.%I ()', home, self.relname);
END
$pgkeel$
