-- Addresses that stand for another object: a table's row type for the table, an array type for its element's type, a
-- partition's foreign key for its parent's, a view's rule for the view, a member of an operator class or family for that, a
-- constructor of ranges for their type, and a member of an extension for the extension. That a constraint's index stands for the
-- constraint, and a generated column's expression for the column, is told by the rows of those.
WITH used (oid) AS (
    -- Most row types and array types are needed by nothing.
    SELECT DISTINCT refobjid FROM pg_depend WHERE refclassid = 'pg_type'::regclass AND refobjid >= 16384
)
SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS subid,
       'pg_class'::regclass::oid AS refclassid, t.typrelid AS refobjid, 0 AS refsubid
FROM used JOIN pg_type t USING (oid) JOIN pg_class c ON c.oid = t.typrelid WHERE c.relkind <> 'c'
UNION ALL
SELECT 'pg_class'::regclass, c.oid, 0, 'pg_type'::regclass, c.reltype, 0 FROM pg_class c WHERE c.relkind = 'c' AND c.oid >= 16384
UNION ALL
SELECT 'pg_type'::regclass, t.typarray, 0, 'pg_type'::regclass, t.oid, 0 FROM used JOIN pg_type t ON t.typarray = used.oid
UNION ALL
SELECT 'pg_type'::regclass, r.rngmultitypid, 0, 'pg_type'::regclass, r.rngtypid, 0 FROM pg_range r WHERE r.rngtypid >= 16384
UNION ALL
SELECT 'pg_constraint'::regclass, k.oid, 0, 'pg_constraint'::regclass, k.conparentid, 0 FROM pg_constraint k
WHERE k.contype = 'f' AND k.conparentid <> 0
UNION ALL
SELECT 'pg_rewrite'::regclass, r.oid, 0, 'pg_class'::regclass, r.ev_class, 0 FROM pg_rewrite r
WHERE r.rulename = '_RETURN' AND r.oid >= 16384
UNION ALL
SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, 0 FROM pg_depend d
WHERE d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass) AND d.objid >= 16384
  AND d.refclassid IN ('pg_opclass'::regclass, 'pg_opfamily'::regclass) AND d.deptype IN ('i', 'a')
UNION ALL
SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, 0 FROM pg_depend d
WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass AND d.deptype = 'i'
UNION ALL
SELECT d.classid, d.objid, d.objsubid, 'pg_extension'::regclass, d.refobjid, 0 FROM pg_depend d
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
