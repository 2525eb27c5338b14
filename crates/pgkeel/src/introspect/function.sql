-- Functions, window functions and procedures; not the constructors that come with a range type.
--? pg_proc WHERE oid >= 16384
SELECT 'pg_proc'::regclass::oid AS classid, p.oid, 0 AS subid, n.nspname AS namespace, p.proname AS name,
       oidvectortypes(p.proargtypes) AS arguments, p.prokind = 'p' AS procedure, p.prokind = 'w' AS window, p.pronargdefaults::int AS defaults,
       pg_get_function_result(p.oid) AS result, pg_get_functiondef(p.oid) AS definition,
       coalesce((SELECT json_agg(json_build_object('mode', coalesce(p.proargmodes[i], 'i'),
                    'name', coalesce(p.proargnames[i], ''), 'type', format_type(a.type, NULL)) ORDER BY i)
                 FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY AS a (type, i)), '[]')
         AS parameters
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind <> 'a' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
