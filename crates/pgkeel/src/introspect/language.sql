-- Procedural languages that no extension brings.
--? pg_language WHERE oid >= 16384
SELECT 'pg_language'::regclass::oid AS classid, l.oid, 0 AS subid, l.lanname AS name, l.lanpltrusted AS trusted,
       'HANDLER ' || l.lanplcallfoid::regproc || CASE WHEN l.laninline <> 0 THEN ' INLINE ' || l.laninline::regproc ELSE '' END
       || CASE WHEN l.lanvalidator <> 0 THEN ' VALIDATOR ' || l.lanvalidator::regproc ELSE '' END AS definition
FROM pg_language l
WHERE l.lanispl AND l.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_language'::regclass AND e.objid = l.oid AND e.deptype = 'e')
