-- What PostgreSQL says of indexes and of constraints.
SELECT true AS is_index, i.oid, pg_get_indexdef(i.oid) FROM unnest($1::oid[]) i (oid)
UNION ALL
SELECT false, k.oid, pg_get_constraintdef(k.oid) FROM unnest($2::oid[]) k (oid)
