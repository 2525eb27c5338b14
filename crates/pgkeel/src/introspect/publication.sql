-- Publications.
--? pg_publication
SELECT 'pg_publication'::regclass::oid AS classid, p.oid, 0 AS subid, p.pubname AS name, p.puballtables AS all_tables,
       ARRAY['publish=' || concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                                     CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),
             'publish_via_partition_root=' || p.pubviaroot]
-- Without it, it is none, as in the versions that know no such option.
/*18+*/ || CASE WHEN p.pubgencols = 's' THEN ARRAY['publish_generated_columns=stored'] ELSE '{}'::text[] END
       AS options
FROM pg_publication p
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_publication'::regclass AND e.objid = p.oid AND e.deptype = 'e')
