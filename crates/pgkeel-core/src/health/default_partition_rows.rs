//! Rows that no partition was made for.

use super::{Check, Limit, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "default-partition-rows",
    title: "DEFAULT partitions are empty",
    why: "A row in the DEFAULT partition is one for which no partition existed. Making that partition later fails while \
          the row is there, and before that scans the whole DEFAULT partition under a lock. Rows are estimated from \
          statistics.",
    needs: "nothing",
    tier: Tier::Slow,
    limits: &[Limit { key: "warn_rows", default: 1.0, meaning: "estimated rows in the DEFAULT partition: warn" }],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, c.relname AS name, pn.nspname AS parent_namespace, p.relname AS parent,
       greatest(c.reltuples, s.n_live_tup, 0)::float8 AS rows
  FROM pg_partitioned_table t
  JOIN pg_class p ON p.oid = t.partrelid
  JOIN pg_namespace pn ON pn.oid = p.relnamespace
  JOIN pg_class c ON c.oid = t.partdefid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
 ORDER BY rows DESC, 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let rows = row.real("rows").unwrap_or_default();
    if rows < limits.get("warn_rows").max(1.0) {
        return;
    }
    let table = row.object();
    let parent = crate::sql::ident::qualified(row.text("parent_namespace"), row.text("parent"));
    outcome
        .add(
            Severity::Warning,
            format!("table {table}"),
            format!("about {rows:.0} rows of {parent} are in its DEFAULT partition {table}"),
        )
        .advise("detach the DEFAULT partition, create the partitions that are missing, and move the rows");
}
