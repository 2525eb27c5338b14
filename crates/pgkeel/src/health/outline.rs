//! Reads the outline of a schema from plain catalog columns: no function that would wait for a migration's lock.

use pgkeel_core::outline::{Key, Outline, Table};
use serde::de::DeserializeOwned;
use tokio_postgres::{Error, SimpleQueryMessage};

use crate::answer::column;
use crate::database::Query;

const TABLES: &str = "SET LOCAL search_path = pg_catalog;
SELECT jsonb_build_object('namespace', n.nspname, 'name', c.relname,
    'kind', CASE c.relkind WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                           WHEN 'f' THEN 'foreign table' ELSE 'table' END,
    'rows', greatest(c.reltuples, 0), 'bytes', c.relpages::float8 * current_setting('block_size')::int,
    'partitions', (SELECT count(*) FROM pg_inherits i JOIN pg_class k ON k.oid = i.inhrelid AND k.relispartition WHERE i.inhparent = c.oid),
    'comment', obj_description(c.oid, 'pg_class'),
    'columns', coalesce((SELECT jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
          'not_null', a.attnotnull, 'primary', a.attnum = ANY (p.indkey::int2[]) AND p.indrelid IS NOT NULL,
          'comment', col_description(c.oid, a.attnum)) ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
    'indexes', coalesce((SELECT jsonb_agg(jsonb_build_object('name', i.relname, 'method', m.amname, 'unique', x.indisunique,
          'valid', x.indisvalid AND x.indisready AND x.indislive, 'partial', x.indpred IS NOT NULL,
          'columns', (SELECT jsonb_agg(a.attname ORDER BY k.nr) FROM unnest(x.indkey::int2[]) WITH ORDINALITY k(att, nr)
                        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.att)) ORDER BY i.relname)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam WHERE x.indrelid = c.oid), '[]'))
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index p ON p.indrelid = c.oid AND p.indisprimary
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema$)'
   AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
 LIMIT 20000";

const KEYS: &str = "SET LOCAL search_path = pg_catalog;
SELECT jsonb_build_object('name', c.conname, 'from', jsonb_build_array(n.nspname, t.relname),
    'to', jsonb_build_array(pn.nspname, p.relname), 'valid', c.convalidated,
    'columns', (SELECT jsonb_agg(a.attname ORDER BY u.nr) FROM unnest(c.conkey) WITH ORDINALITY u(att, nr)
                  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.att),
    'parent_columns', (SELECT jsonb_agg(a.attname ORDER BY u.nr) FROM unnest(c.confkey) WITH ORDINALITY u(att, nr)
                  JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = u.att))
  FROM pg_constraint c
  JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_class p ON p.oid = c.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
 WHERE c.contype = 'f' AND c.conparentid = 0
 ORDER BY n.nspname, t.relname, c.conname
 LIMIT 50000";

/// Reads it, in one round trip, without the namespace `own`: the history's tables are not the user's.
pub async fn outline(session: &impl Query, own: &str) -> Result<Outline, Error> {
    let (tables, keys) = tokio::join!(session.simple_query(TABLES), session.simple_query(KEYS));
    let mut outline = Outline { tables: documents::<Table>(&tables?), keys: documents::<Key>(&keys?) };
    outline.tables.retain(|table| table.namespace != own);
    outline.keys.retain(|key| key.from.0 != own && key.to.0 != own);
    Ok(outline.ordered())
}

fn documents<T: DeserializeOwned>(messages: &[SimpleQueryMessage]) -> Vec<T> {
    let texts = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => column(row, 0),
        _ => None,
    });
    texts.filter_map(|text| serde_json::from_str(text).ok()).collect()
}
