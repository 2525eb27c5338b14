//! Tables that a crash empties.

use super::{Check, Limits, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "unlogged-table",
    title: "No table is unlogged",
    why: "An unlogged table is emptied by a crash and is not on any standby. That may be meant (a cache), so it is only \
          mentioned; whether the schema expects it, `pgkeel validate` says.",
    needs: "nothing",
    tier: Tier::Catalog,
    limits: &[],
    queries: &[(
        14,
        "SELECT n.nspname AS namespace, c.relname AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relpersistence = 'u' AND c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema$)'
 ORDER BY 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, _: &Limits<'_>, outcome: &mut Outcome) {
    let table = row.object();
    let message = format!("table {table} is unlogged: a crash empties it, and no standby has it");
    outcome
        .add(Severity::Info, format!("table {table}"), message)
        .repair("Make it durable (rewrites it under a lock)", format!("ALTER TABLE {table} SET LOGGED;"));
}
