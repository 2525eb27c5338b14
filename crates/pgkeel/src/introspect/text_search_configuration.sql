-- Text search configurations with their mappings.
SELECT 'pg_ts_config'::regclass::oid AS classid, c.oid, 0 AS subid, n.nspname AS namespace, c.cfgname AS name,
       (SELECT quote_ident(pn.nspname) || '.' || quote_ident(p.prsname) FROM pg_ts_parser p
        JOIN pg_namespace pn ON pn.oid = p.prsnamespace WHERE p.oid = c.cfgparser) AS parser,
       coalesce((SELECT json_agg(json_build_array(m.token, m.dictionaries) ORDER BY m.number) FROM (
           SELECT t.tokid AS number, t.alias AS token,
                  string_agg(quote_ident(dn.nspname) || '.' || quote_ident(d.dictname), ', ' ORDER BY m.mapseqno) AS dictionaries
           FROM pg_ts_config_map m JOIN ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
           JOIN pg_ts_dict d ON d.oid = m.mapdict JOIN pg_namespace dn ON dn.oid = d.dictnamespace
           WHERE m.mapcfg = c.oid GROUP BY 1, 2) AS m), '[]') AS mappings
FROM pg_ts_config c
JOIN pg_namespace n ON n.oid = c.cfgnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_ts_config'::regclass AND e.objid = c.oid AND e.deptype = 'e')
