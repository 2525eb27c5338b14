//! Materialized views that cannot be read.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "unpopulated-matview",
    title: "Every materialized view can be read",
    why: "A materialized view created WITH NO DATA (also by pg_dump and by a migration that restores it) raises an error \
          at every read until it is refreshed.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, c.relname AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'm' AND NOT c.relispopulated
 ORDER BY 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let view = row.object();
    outcome
        .add(
            Severity::Warning,
            format!("materialized view {view}"),
            format!("materialized view {view} has never been filled: reading it is an error"),
        )
        .repair("Fill it", format!("REFRESH MATERIALIZED VIEW {view};"));
}
