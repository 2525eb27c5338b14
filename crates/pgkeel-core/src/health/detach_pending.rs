//! Partitions whose DETACH CONCURRENTLY was interrupted.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;
use crate::sql::ident::qualified;

pub(super) const CHECK: Check = Check {
    id: "detach-pending",
    title: "No partition is half detached",
    why: "ALTER TABLE ... DETACH PARTITION CONCURRENTLY that is interrupted leaves a partition that queries no longer \
          see and that is not a table of its own either, and no other partition can be detached this way.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, c.relname AS name, pn.nspname AS parent_namespace, p.relname AS parent
  FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
 WHERE i.inhdetachpending
 ORDER BY 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let (table, parent) = (row.object(), qualified(row.text("parent_namespace"), row.text("parent")));
    outcome
        .add(
            Severity::Warning,
            format!("table {table}"),
            format!("partition {table} is half detached from {parent}"),
        )
        .repair("Finish the detaching", format!("ALTER TABLE {parent} DETACH PARTITION {table} FINALIZE;"));
}
