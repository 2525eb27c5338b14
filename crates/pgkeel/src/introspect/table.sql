-- Tables: plain, partitioned and foreign.
SELECT 'pg_class'::regclass::oid AS classid, c.oid, 0 AS subid, n.nspname AS namespace, c.relname AS name,
       c.relpersistence = 'u' AS unlogged, CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key, c.relispartition AS partition,
       CASE WHEN c.relkind <> 'p' THEN '{}' ELSE
           ARRAY(SELECT ka.attname::text FROM pg_depend kd JOIN pg_attribute ka ON ka.attrelid = c.oid AND ka.attnum = kd.objsubid
             WHERE kd.classid = 'pg_class'::regclass AND kd.objid = c.oid AND kd.objsubid > 0
               AND kd.refclassid = 'pg_class'::regclass AND kd.refobjid = c.oid AND kd.refobjsubid = 0 AND kd.deptype = 'i'
             ORDER BY ka.attname) END AS key_columns,
       CASE WHEN NOT c.relispartition THEN
           (SELECT json_agg(json_build_array(pn.nspname, p.relname) ORDER BY i.inhseqno) FROM pg_inherits i
            JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
            WHERE i.inhrelid = c.oid) END AS inherits,
       CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
       CASE WHEN t.reloptions IS NULL THEN coalesce(c.reloptions, '{}') ELSE
           coalesce(c.reloptions, '{}') || ARRAY(SELECT 'toast.' || o FROM unnest(t.reloptions) o) END AS options,
       CASE WHEN m.amname <> 'heap' OR c.relkind = 'p' THEN m.amname END AS access_method,
       s.spcname AS tablespace, CASE WHEN c.relkind = 'f' THEN 'd' ELSE c.relreplident::text END AS replica_identity,
       c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
       CASE WHEN f.ftrelid IS NOT NULL THEN
           json_build_object('server', fs.srvname, 'options', coalesce(to_json(f.ftoptions), '[]')) END AS foreign
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_am m ON m.oid = c.relam
LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
LEFT JOIN pg_foreign_server fs ON fs.oid = f.ftserver
WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
