DO $pgkeel$
DECLARE
    target regclass := pg_catalog.to_regclass({table});
    self pg_catalog.pg_attribute;
    home text;
    relation text;
    own boolean;
    aside text;
    number bigint;
    filled boolean;
    other record;
BEGIN
    SELECT a.* INTO self FROM pg_catalog.pg_attribute a WHERE a.attrelid = target AND a.attname = {column} AND NOT a.attisdropped
        AND a.attgenerated = '' AND a.attinhcount = 0;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM %s WHERE %I IS NOT NULL)', target, self.attname) INTO filled;
    IF NOT filled THEN
        RETURN;
    END IF;
    SELECT n.nspname, c.relname INTO home, relation FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n
        ON n.oid = c.relnamespace WHERE c.oid = target;
    -- Whatever PostgreSQL would refuse the drop for, it refuses it for still.
    IF EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = target
        AND d.refobjsubid = self.attnum AND d.deptype = 'n' AND d.classid IN ('pg_catalog.pg_rewrite'::regclass,
            'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_proc'::regclass))
        OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.confrelid = target AND self.attnum = ANY (k.confkey))
    THEN
        IF NOT {cascade} THEN
            RETURN;
        END IF;
        FOR other IN SELECT DISTINCT r.ev_class::regclass AS name, c.relkind FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
            WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refobjid = target AND d.refobjsubid = self.attnum
        LOOP
            IF pg_catalog.to_regclass(other.name::text) IS NOT NULL THEN
                EXECUTE pg_catalog.format('DROP %s IF EXISTS %s CASCADE',
                    CASE other.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, other.name);
            END IF;
        END LOOP;
        FOR other IN SELECT p.polname FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_depend d ON d.objid = p.oid
            WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND d.refobjid = target AND d.refobjsubid = self.attnum
        LOOP
            EXECUTE pg_catalog.format('DROP POLICY IF EXISTS %I ON %s', other.polname, target);
        END LOOP;
    END IF;
    FOR other IN SELECT k.conrelid::regclass AS name, k.conname FROM pg_catalog.pg_constraint k WHERE k.contype <> 'n'
        AND k.conparentid = 0 AND (k.conrelid = target AND self.attnum = ANY (k.conkey)
            OR k.confrelid = target AND self.attnum = ANY (k.confkey))
    LOOP
        EXECUTE pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', other.name, other.conname);
    END LOOP;
    FOR other IN SELECT DISTINCT d.objid::regclass AS name FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_index i
        ON i.indexrelid = d.objid WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refobjid = target
        AND d.refobjsubid = self.attnum AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = d.objid)
    LOOP
        EXECUTE pg_catalog.format('DROP INDEX %s', other.name);
    END LOOP;
    INSERT INTO {ns}.kept (version, kind, namespace, relation, attribute, holder, expires_at) VALUES ({version}, 'column', home,
        relation, self.attname, target, pg_catalog.clock_timestamp() + pg_catalog.make_interval(days => {days}))
        RETURNING id INTO number;
    aside := 'pgkeel_kept_' || number;
    UPDATE {ns}.kept SET kept_attribute = aside WHERE id = number;
    IF self.attidentity <> '' THEN
        EXECUTE pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', target, self.attname);
    END IF;
    EXECUTE pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT, ALTER COLUMN %I DROP NOT NULL', target,
        self.attname, self.attname);
    FOR other IN SELECT d.objid::regclass AS name FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refobjid = target AND d.refobjsubid = self.attnum
        AND d.deptype = 'a' AND c.relkind = 'S'
    LOOP
        EXECUTE pg_catalog.format('DROP SEQUENCE %s', other.name);
    END LOOP;
    SELECT y.typnamespace <> 'pg_catalog'::regnamespace AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = y.oid AND d.deptype = 'e') INTO own
        FROM pg_catalog.pg_type y WHERE y.oid = self.atttypid;
    IF own THEN
        EXECUTE pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I TYPE text USING %I::text', target, self.attname, self.attname);
    END IF;
    EXECUTE pg_catalog.format('COMMENT ON COLUMN %s.%I IS NULL', target, self.attname);
    EXECUTE pg_catalog.format('ALTER TABLE %s RENAME COLUMN %I TO %I', target, self.attname, aside);
    -- The statement drops this one instead.
    EXECUTE pg_catalog.format('ALTER TABLE %s ADD COLUMN %I boolean', target, self.attname);
END
$pgkeel$
