-- Access methods that no extension brings.
--? pg_am WHERE oid >= 16384
SELECT 'pg_am'::regclass::oid AS classid, a.oid, 0 AS subid, a.amname AS name,
       CASE a.amtype WHEN 't' THEN 'TYPE TABLE' ELSE 'TYPE INDEX' END || ' HANDLER ' || a.amhandler::regproc AS definition
FROM pg_am a
WHERE a.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_am'::regclass AND e.objid = a.oid AND e.deptype = 'e')
