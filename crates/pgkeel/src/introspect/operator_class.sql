-- Operator classes with their members.
--? pg_opclass WHERE oid >= 16384
SELECT 'pg_opclass'::regclass::oid AS classid, c.oid, 0 AS subid, n.nspname AS namespace, c.opcname AS name,
       a.amname AS method,
       CASE WHEN c.opcdefault THEN 'DEFAULT ' ELSE '' END || 'FOR TYPE ' || format_type(c.opcintype, NULL)
       || ' USING ' || quote_ident(a.amname)
       || (SELECT ' FAMILY ' || quote_ident(fn.nspname) || '.' || quote_ident(f.opfname) FROM pg_opfamily f
           JOIN pg_namespace fn ON fn.oid = f.opfnamespace WHERE f.oid = c.opcfamily)
       || ' AS ' || coalesce((SELECT string_agg(member, ', ' ORDER BY rank, number, member) FROM (
           SELECT 0, 0, 'STORAGE ' || format_type(c.opckeytype, NULL) WHERE c.opckeytype <> 0
           UNION ALL
           SELECT 1, m.amopstrategy, 'OPERATOR ' || m.amopstrategy || ' ' || (SELECT quote_ident(x.nspname) || '.' || o.oprname FROM pg_operator o
                      JOIN pg_namespace x ON x.oid = o.oprnamespace WHERE o.oid = m.amopopr)
                  || ' (' || format_type(m.amoplefttype, NULL) || ', ' || format_type(m.amoprighttype, NULL) || ')'
                  || coalesce((SELECT ' FOR ORDER BY ' || quote_ident(x.nspname) || '.' || quote_ident(s.opfname) FROM pg_opfamily s
                      JOIN pg_namespace x ON x.oid = s.opfnamespace WHERE s.oid = m.amopsortfamily), '')
           FROM pg_amop m WHERE EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_amop'::regclass
                AND d.objid = m.oid AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid)
           UNION ALL
           SELECT 2, m.amprocnum, 'FUNCTION ' || m.amprocnum || ' (' || format_type(m.amproclefttype, NULL) || ', '
                  || format_type(m.amprocrighttype, NULL) || ') ' || m.amproc::regprocedure
           FROM pg_amproc m WHERE EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_amproc'::regclass
                AND d.objid = m.oid AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid)
       ) AS members (rank, number, member)), 'STORAGE ' || format_type(c.opcintype, NULL)) AS definition
FROM pg_opclass c
JOIN pg_namespace n ON n.oid = c.opcnamespace
JOIN pg_am a ON a.oid = c.opcmethod
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_opclass'::regclass AND e.objid = c.oid AND e.deptype = 'e')
