-- Text search configurations with their mappings.
--? pg_ts_config WHERE oid >= 16384
SELECT 'pg_ts_config'::regclass::oid AS classid, c.oid, 0 AS subid, n.nspname AS namespace, c.cfgname AS name,
       ARRAY[pn.nspname::text, p.prsname::text] AS parser,
       coalesce((SELECT json_object_agg(m.token, m.dictionaries) FROM (
           SELECT t.alias AS token, json_agg(json_build_array(dn.nspname, d.dictname) ORDER BY m.mapseqno) AS dictionaries
           FROM pg_ts_config_map m JOIN ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
           JOIN pg_ts_dict d ON d.oid = m.mapdict JOIN pg_namespace dn ON dn.oid = d.dictnamespace
           WHERE m.mapcfg = c.oid GROUP BY t.alias) AS m), '{}') AS mappings
FROM pg_ts_config c
JOIN pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_ts_parser p ON p.oid = c.cfgparser
JOIN pg_namespace pn ON pn.oid = p.prsnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_ts_config'::regclass AND e.objid = c.oid AND e.deptype = 'e')
