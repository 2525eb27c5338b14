//! Tables that are full of rows nobody can see.

use super::outcome::{bytes, grade, percent};
use super::{Check, Limit, Limits, MIB, Outcome, Row, Tier};

pub(super) const CHECK: Check = Check {
    id: "dead-rows",
    title: "Vacuum keeps up",
    why: "Dead rows make a table larger and every scan slower. When their share stays high, vacuum is too slow, is \
          switched off, or an old transaction, prepared transaction or replication slot keeps them alive. Counted from \
          statistics.",
    needs: "nothing",
    tier: Tier::Slow,
    limits: &[
        Limit { key: "warn_ratio", default: 0.20, meaning: "dead rows / all rows: warn" },
        Limit { key: "fail_ratio", default: 0.40, meaning: "dead rows / all rows: fail" },
        Limit { key: "min_bytes", default: 100.0 * MIB, meaning: "smaller tables are not reported" },
    ],
    queries: &[(
        14,
        "SELECT s.schemaname AS namespace, s.relname AS name, s.n_live_tup AS live, s.n_dead_tup AS dead,
       c.relpages::float8 * current_setting('block_size')::int AS bytes,
       greatest(s.last_vacuum, s.last_autovacuum)::text AS vacuumed
  FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
 WHERE s.n_dead_tup > 0
 ORDER BY s.n_dead_tup DESC, 1, 2",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let (Some(live), Some(dead)) = (row.real("live"), row.real("dead")) else { return };
    let (ratio, size) = (dead / (live + dead).max(1.0), row.real("bytes").unwrap_or_default());
    let Some(severity) = grade(ratio, limits.get("warn_ratio"), limits.get("fail_ratio")) else { return };
    if size < limits.get("min_bytes") {
        return;
    }
    let table = row.object();
    let when = row.maybe_text("vacuumed").map_or_else(|| "never".to_owned(), |at| format!("last at {at}"));
    let message = format!(
        "{} of the rows of {table} ({}) are dead; it was vacuumed {when}",
        percent(ratio),
        bytes(size)
    );
    outcome
        .add(severity, format!("table {table}"), message)
        .repair("Vacuum it", format!("VACUUM (ANALYZE) {table};"));
}
