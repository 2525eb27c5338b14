-- What pg_dump writes and pgkeel does not describe, in words: row security and security labels of members of extensions.
--? pg_extension WHERE oid >= 16384
WITH member AS (
    SELECT d.classid, d.objid, x.extname FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND d.objsubid = 0
)
SELECT pg_catalog.format('row security of %s, a member of extension %s', pg_catalog.pg_describe_object(m.classid, m.objid, 0), m.extname)
FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
WHERE c.relrowsecurity OR c.relforcerowsecurity OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
UNION
SELECT pg_catalog.format('security label of %s, a member of extension %s', pg_catalog.pg_describe_object(l.classoid, l.objoid, l.objsubid), m.extname)
FROM member m JOIN pg_seclabel l ON l.classoid = m.classid AND l.objoid = m.objid
ORDER BY 1
