-- Tables in publications.
--? pg_publication_rel
SELECT 'pg_publication_rel'::regclass::oid AS classid, r.oid, 0 AS subid, p.pubname AS publication,
       ARRAY[n.nspname::text, c.relname::text] AS table
/*15+*/ , ARRAY(SELECT a.attname::text FROM unnest(r.prattrs) WITH ORDINALITY k (number, place)
/*15+*/         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number ORDER BY k.place) AS columns,
/*15+*/   pg_get_expr(r.prqual, r.prrelid) AS filter
FROM pg_publication_rel r
JOIN pg_publication p ON p.oid = r.prpubid
JOIN pg_class c ON c.oid = r.prrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
