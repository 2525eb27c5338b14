-- Foreign data wrappers.
--? pg_foreign_data_wrapper
SELECT 'pg_foreign_data_wrapper'::regclass::oid AS classid, f.oid, 0 AS subid, f.fdwname AS name,
       CASE WHEN f.fdwhandler <> 0 THEN f.fdwhandler::regproc::text END AS handler,
       CASE WHEN f.fdwvalidator <> 0 THEN f.fdwvalidator::regproc::text END AS validator,
       coalesce(f.fdwoptions, '{}') AS options
FROM pg_foreign_data_wrapper f
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_foreign_data_wrapper'::regclass AND e.objid = f.oid AND e.deptype = 'e')
