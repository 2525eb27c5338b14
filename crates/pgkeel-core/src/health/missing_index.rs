//! Large tables that are read from end to end, often.

use super::outcome::percent;
use super::{Check, Limit, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "missing-index",
    title: "Large tables are read through indexes",
    why: "A large table that is mostly read by sequential scans probably misses an index for some query. This is a hint \
          and never more than that: which index, only the statements can say (see query performance).",
    needs: "nothing",
    tier: Tier::Slow,
    limits: &[
        Limit { key: "min_rows", default: 10_000.0, meaning: "smaller tables are not reported" },
        Limit { key: "min_scans", default: 100.0, meaning: "tables scanned less often are not reported" },
        Limit { key: "index_ratio", default: 0.95, meaning: "share of scans that use an index: below, it is mentioned" },
    ],
    queries: &[(
        14,
        "SELECT schemaname AS namespace, relname AS name, seq_scan, coalesce(idx_scan, 0) AS idx_scan, n_live_tup AS rows
  FROM pg_stat_user_tables
 WHERE seq_scan > coalesce(idx_scan, 0) * 0.01 AND seq_scan > 0
 ORDER BY seq_tup_read DESC, 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let (Some(sequential), Some(indexed), Some(rows)) =
        (row.real("seq_scan"), row.real("idx_scan"), row.real("rows"))
    else {
        return;
    };
    let share = indexed / (sequential + indexed).max(1.0);
    if rows < limits.get("min_rows")
        || sequential < limits.get("min_scans")
        || share >= limits.get("index_ratio")
    {
        return;
    }
    let table = row.object();
    let message = format!(
        "table {table} (about {rows:.0} rows) was read from end to end {sequential:.0} times; {} of its scans use an index",
        percent(share),
    );
    outcome
        .add(Severity::Info, format!("table {table}"), message)
        .advise("find the statements in pg_stat_statements");
}
