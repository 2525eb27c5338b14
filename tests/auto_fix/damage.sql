-- Every statement that takes away one object, or one property of one, as a person might by mistake. One per row.
WITH own AS (
    SELECT oid, nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'pgkeel')
),
relations AS (
    SELECT c.oid, c.relkind, c.relrowsecurity FROM pg_class c JOIN own n ON n.oid = c.relnamespace
),
columns AS (
    SELECT a.*, r.oid AS relation FROM pg_attribute a JOIN relations r ON r.oid = a.attrelid
    WHERE r.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
)
SELECT * FROM (
    SELECT format('DROP %s %s CASCADE', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
        WHEN 'S' THEN 'SEQUENCE' WHEN 'c' THEN 'TYPE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, oid::regclass)
        FROM relations WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
    UNION ALL SELECT format('DROP INDEX %s CASCADE', indexrelid::regclass) FROM pg_index i JOIN relations r ON r.oid = i.indexrelid
        WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
    UNION ALL SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname)
        FROM pg_constraint k JOIN relations r ON r.oid = k.conrelid WHERE contype <> 'n'
    UNION ALL SELECT format('ALTER TABLE %s DROP COLUMN %I CASCADE', relation::regclass, attname) FROM columns
    UNION ALL SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', relation::regclass, attname) FROM columns WHERE attnotnull
    UNION ALL SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', relation::regclass, attname) FROM columns
        WHERE atthasdef AND attgenerated = ''
    UNION ALL SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', relation::regclass, attname) FROM columns WHERE attidentity <> ''
    UNION ALL SELECT format('COMMENT ON COLUMN %s.%I IS NULL', relation::regclass, attname) FROM columns
    UNION ALL SELECT format('COMMENT ON TABLE %s IS NULL', oid::regclass) FROM relations WHERE relkind = 'r'
    UNION ALL SELECT format('DROP TRIGGER %I ON %s CASCADE', tgname, tgrelid::regclass) FROM pg_trigger t JOIN relations r ON r.oid = t.tgrelid
        WHERE NOT tgisinternal
    UNION ALL SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname) FROM pg_trigger t
        JOIN relations r ON r.oid = t.tgrelid WHERE NOT tgisinternal AND r.relkind IN ('r', 'p')
    UNION ALL SELECT format('DROP POLICY %I ON %s', polname, polrelid::regclass) FROM pg_policy
    UNION ALL SELECT format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', oid::regclass) FROM relations WHERE relrowsecurity
    UNION ALL SELECT format('DROP ROUTINE %s CASCADE', p.oid::regprocedure) FROM pg_proc p JOIN own n ON n.oid = p.pronamespace
        WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT format('DROP TYPE %s CASCADE', t.oid::regtype) FROM pg_type t JOIN own n ON n.oid = t.typnamespace
        WHERE typtype IN ('e', 'd') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
    UNION ALL SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM own WHERE nspname <> 'public'
) AS damage (statement)
ORDER BY md5(statement || current_setting('pgkeel.seed'))
