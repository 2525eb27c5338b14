-- Operator families with their loose members.
--? pg_opfamily WHERE oid >= 16384
SELECT 'pg_opfamily'::regclass::oid AS classid, f.oid, 0 AS subid, n.nspname AS namespace, f.opfname AS name,
       a.amname AS method,
       coalesce((SELECT json_agg(json_build_array(member.gone, member.added) ORDER BY member.added) FROM (
           SELECT 'OPERATOR ' || m.amopstrategy || ' (' || format_type(m.amoplefttype, NULL) || ', '
                  || format_type(m.amoprighttype, NULL) || ')',
                  'OPERATOR ' || m.amopstrategy || ' ' || (SELECT quote_ident(x.nspname) || '.' || o.oprname FROM pg_operator o
                      JOIN pg_namespace x ON x.oid = o.oprnamespace WHERE o.oid = m.amopopr)
                  || ' (' || format_type(m.amoplefttype, NULL) || ', ' || format_type(m.amoprighttype, NULL) || ')'
                  || coalesce((SELECT ' FOR ORDER BY ' || quote_ident(x.nspname) || '.' || quote_ident(s.opfname) FROM pg_opfamily s
                      JOIN pg_namespace x ON x.oid = s.opfnamespace WHERE s.oid = m.amopsortfamily), '')
           FROM pg_amop m WHERE m.amopfamily = f.oid AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_amop'::regclass
                AND d.objid = m.oid AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid)
           UNION ALL
           SELECT 'FUNCTION ' || m.amprocnum || ' (' || format_type(m.amproclefttype, NULL) || ', '
                  || format_type(m.amprocrighttype, NULL) || ')',
                  'FUNCTION ' || m.amprocnum || ' (' || format_type(m.amproclefttype, NULL) || ', '
                  || format_type(m.amprocrighttype, NULL) || ') ' || m.amproc::regprocedure
           FROM pg_amproc m WHERE m.amprocfamily = f.oid AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_amproc'::regclass
                AND d.objid = m.oid AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid)
       ) AS member (gone, added)), '[]') AS members
FROM pg_opfamily f
JOIN pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_am a ON a.oid = f.opfmethod
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_opfamily'::regclass AND e.objid = f.oid AND e.deptype = 'e')
