//! Tables in which a row has no name.

use super::{Check, Limit, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "no-primary-key",
    title: "Every table has a primary key",
    why: "Without a key, duplicates cannot be told apart or deleted, logical replication cannot update, and tools that \
          move data in portions cannot find their place. Warned of for large tables, otherwise mentioned. Partitions and \
          tables of extensions are not judged.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[Limit { key: "warn_rows", default: 10_000.0, meaning: "estimated rows of the table: warn" }],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, c.relname AS name, greatest(c.reltuples, s.n_live_tup, 0)::float8 AS rows,
       (SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
         WHERE x.indrelid = c.oid AND x.indisunique AND x.indisvalid AND x.indimmediate AND x.indpred IS NULL AND x.indexprs IS NULL
           AND NOT EXISTS (SELECT FROM unnest((x.indkey::int2[])[0:x.indnkeyatts - 1]) k
                             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k WHERE NOT a.attnotnull)
         ORDER BY i.relname LIMIT 1) AS candidate
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname !~ '^(pg_|information_schema$)'
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')
   AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY rows DESC, 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let table = row.object();
    let large = row.real("rows").unwrap_or_default() >= limits.get("warn_rows");
    let severity = if large { Severity::Warning } else { Severity::Info };
    let finding =
        outcome.add(severity, format!("table {table}"), format!("table {table} has no primary key"));
    match row.maybe_text("candidate") {
        Some(index) => finding.advise(format!(
            "its unique index {} has no nullable column and could become the key: ALTER TABLE ... ADD PRIMARY KEY USING INDEX",
            crate::sql::ident::Ident(index),
        )),
        None => finding.advise("add a key in a migration"),
    };
}
