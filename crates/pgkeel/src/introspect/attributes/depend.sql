-- What needs what, by address. Without the system's own objects, which are not recorded since PostgreSQL 14 anyhow.
SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype::text AS type
FROM pg_depend
WHERE deptype <> 'e' AND objid >= 16384
