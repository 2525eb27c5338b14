//! Tables that the planner knows nothing about.

use super::{Check, Limit, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "never-analyzed",
    title: "The planner has statistics for every large table",
    why: "After a restore, a bulk load or a migration that rewrote a table, plans are guesses until ANALYZE has run. \
          Autovacuum does that on its own, later.",
    needs: "nothing",
    tier: Tier::Slow,
    limits: &[Limit { key: "min_rows", default: 10_000.0, meaning: "smaller tables are not reported" }],
    queries: &[(
        14,
        "SELECT schemaname AS namespace, relname AS name, n_live_tup AS rows
  FROM pg_stat_user_tables
 WHERE last_analyze IS NULL AND last_autoanalyze IS NULL AND n_live_tup > 0
 ORDER BY n_live_tup DESC, 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let rows = row.real("rows").unwrap_or_default();
    if rows < limits.get("min_rows") {
        return;
    }
    let table = row.object();
    outcome
        .add(
            Severity::Warning,
            format!("table {table}"),
            format!("the planner has no statistics for {table} (about {rows:.0} rows)"),
        )
        .repair("Collect them", format!("ANALYZE {table};"));
}
