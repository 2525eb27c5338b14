-- Operator classes of the index methods whose definitions are written from the catalog's arrays; none where an extension has made a
-- class the default for a type that otherwise takes that of another one.
SELECT o.oid, o.opcname, o.opcintype, o.opcdefault FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
WHERE o.oid < 16384 AND m.amname IN ('btree', 'hash', 'gin')
  AND NOT EXISTS (SELECT FROM pg_opclass own JOIN pg_type t ON t.oid = own.opcintype
                  WHERE own.oid >= 16384 AND own.opcdefault
                    AND (t.typtype <> 'b' OR t.typcategory = 'A' OR t.oid IN ('varchar'::regtype, 'cidr'::regtype)))
