-- Casts.
--? pg_cast WHERE oid >= 16384
SELECT 'pg_cast'::regclass::oid AS classid, c.oid, 0 AS subid,
       format_type(c.castsource, NULL) AS source, format_type(c.casttarget, NULL) AS to,
       CASE c.castmethod WHEN 'b' THEN 'WITHOUT FUNCTION' WHEN 'i' THEN 'WITH INOUT'
            ELSE 'WITH FUNCTION ' || c.castfunc::regprocedure END
       || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END AS definition
FROM pg_cast c
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_cast'::regclass AND e.objid = c.oid AND e.deptype = 'e')
  -- The cast between a range and its multirange comes with the range.
  AND NOT EXISTS (SELECT FROM pg_range r WHERE r.rngtypid = c.castsource AND r.rngmultitypid = c.casttarget)
