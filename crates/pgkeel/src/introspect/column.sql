-- Columns of tables. Values that only the server invents (pg_attver) are none of the schema's. The sequence of an identity is known
-- from the dependencies.
-- Hashed once, not looked up for each column.
/*18+*/ WITH nn AS MATERIALIZED (
/*18+*/     SELECT k.oid, k.conrelid, k.conkey[1] AS conkey, k.conname, k.conislocal, k.connoinherit, k.convalidated, nd.description
/*18+*/     FROM pg_constraint k
/*18+*/     LEFT JOIN pg_description nd ON nd.classoid = 'pg_constraint'::regclass AND nd.objoid = k.oid AND nd.objsubid = 0
/*18+*/     WHERE k.contype = 'n'
/*18+*/ )
SELECT 'pg_class'::regclass::oid AS classid, c.oid, a.attnum::int AS subid,
       a.attrelid AS table, a.attname AS name, a.attnum::int AS position,
       t.type,
       CASE WHEN a.attcollation <> t.typcollation
            THEN (SELECT ARRAY[cn.nspname::text, co.collname::text] FROM pg_collation co
                  JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) END AS collation,
       nullif(a.attnotnull, false) AS not_null,
/*18+*/ CASE WHEN NOT nn.conislocal AND NOT c.relispartition THEN true END AS not_null_inherited,
/*18+*/ CASE WHEN NOT nn.conislocal AND NOT nn.convalidated AND NOT c.relispartition THEN true END AS not_null_unproven,
/*18+*/ CASE WHEN nn.oid IS NOT NULL AND (nn.conname <> plain.name AND nn.conname <> given.name OR nn.connoinherit OR NOT nn.convalidated OR nn.description IS NOT NULL) AND (nn.conislocal OR c.relispartition)
/*18+*/     THEN json_build_object('name', CASE WHEN nn.conname <> given.name THEN nn.conname END,
/*18+*/          'no_inherit', nn.connoinherit, 'not_valid', NOT nn.convalidated, 'comment', nn.description) END AS not_null_constraint,
       CASE WHEN a.attgenerated <> '' THEN
           json_build_object('how', CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END,
               'expression', (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
                              WHERE d.adrelid = c.oid AND d.adnum = a.attnum)) END AS generated,
       CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage
            WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END AS storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
       CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::int END AS statistics,
       CASE WHEN a.attoptions IS NOT NULL THEN
           ARRAY(SELECT o FROM unnest(a.attoptions) o WHERE o NOT LIKE 'pg\_attver=%') END AS options,
       a.attfdwoptions AS foreign_options,
       CASE WHEN c.relkind = 'f' THEN true END AS foreign, a.attislocal AS local, nullif(c.relispartition, false) AS in_partition,
       CASE WHEN a.attinhcount > 0 THEN (SELECT ARRAY[pn.nspname::text, p.relname::text] FROM pg_inherits i
            JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
            WHERE i.inhrelid = c.oid AND EXISTS (SELECT FROM pg_attribute pa WHERE pa.attrelid = p.oid
                  AND pa.attname = a.attname AND NOT pa.attisdropped)
            ORDER BY i.inhseqno LIMIT 1) END AS inherited_from,
       nullif(a.attidentity, '')::text AS _identity,
       t.taken_as AS _type, a.attcollation AS _collation
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
-- What is told of a type is told once and remembered (Memoize), not for each of its columns. As what an index takes it: the type
-- that default operator classes are looked up for.
CROSS JOIN LATERAL (
    SELECT y.typcollation, y.typstorage, format_type(y.oid, a.atttypmod) AS type,
           CASE WHEN y.oid = 'varchar'::regtype THEN 'text'::regtype WHEN y.oid = 'cidr'::regtype THEN 'inet'::regtype
                WHEN y.typtype = 'e' THEN 'anyenum'::regtype WHEN y.typtype = 'r' THEN 'anyrange'::regtype
                WHEN y.typtype = 'm' THEN 'anymultirange'::regtype WHEN y.typtype = 'c' THEN 'record'::regtype
                WHEN y.typtype = 'd' THEN y.typbasetype WHEN y.typcategory = 'A' AND y.typlen = -1 AND y.oid NOT IN (22, 30) THEN 'anyarray'::regtype
                ELSE y.oid END::oid AS taken_as
    FROM pg_type y WHERE y.oid = a.atttypid OFFSET 0
) t
-- The name that the server gives (makeObjectName in indexcmds.c): of 63 bytes ten are its own, and the longer of the others is cut, behind a
-- whole character.
-- Nearly always nothing has to be cut.
/*18+*/ CROSS JOIN LATERAL (SELECT c.relname::text || '_' || a.attname::text || '_not_null' AS name) plain
/*18+*/ CROSS JOIN LATERAL (SELECT least(octet_length(a.attname::text), greatest(26, 53 - octet_length(c.relname::text))) AS bytes) of_column
/*18+*/ CROSS JOIN LATERAL (SELECT 53 - of_column.bytes AS bytes) of_table
/*18+*/ CROSS JOIN LATERAL (SELECT
/*18+*/     CASE WHEN octet_length(c.relname::text) <= of_table.bytes THEN c.relname::text ELSE (SELECT left(c.relname::text, max(i))
/*18+*/          FROM generate_series(0, of_table.bytes) i WHERE octet_length(left(c.relname::text, i)) <= of_table.bytes) END || '_' ||
/*18+*/     CASE WHEN octet_length(a.attname::text) <= of_column.bytes THEN a.attname::text ELSE (SELECT left(a.attname::text, max(i))
/*18+*/          FROM generate_series(0, of_column.bytes) i WHERE octet_length(left(a.attname::text, i)) <= of_column.bytes) END
/*18+*/     || '_not_null' AS name) given
/*18+*/ LEFT JOIN nn ON nn.conrelid = a.attrelid AND nn.conkey = a.attnum
WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND c.oid NOT IN (SELECT e.objid FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')
