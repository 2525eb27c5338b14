-- What needs what, by address. Without the system's own objects, which are not recorded since PostgreSQL 14 anyhow; without
-- what stands for another object: row types and array types, the triggers behind a foreign key, TOAST tables, and the index
-- of a constraint (same.sql has those that something else may need); and without what an object's own name tells: the column
-- of a default and the namespace of a relation.
SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype
FROM pg_depend
WHERE deptype <> 'e' AND objid >= 16384
  AND NOT (deptype = 'i' AND (classid = 'pg_trigger'::regclass
           OR classid = 'pg_type'::regclass AND refclassid IN ('pg_class'::regclass, 'pg_type'::regclass)
           OR classid = 'pg_class'::regclass AND refclassid IN ('pg_constraint'::regclass, 'pg_type'::regclass)
           OR classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND objsubid = 0 AND refobjsubid = 0))
  AND NOT (deptype = 'a' AND classid = 'pg_attrdef'::regclass AND refclassid = 'pg_class'::regclass)
  AND NOT (deptype = 'n' AND classid = 'pg_class'::regclass AND refclassid = 'pg_namespace'::regclass)
