//! Sessions that wait for a lock, and who holds it.

use super::outcome::{duration, grade};
use super::{Check, Limit, Limits, Outcome, Row, Tier};

pub(super) const CHECK: Check = Check {
    id: "blocking-locks",
    title: "No session waits long for a lock",
    why: "One statement that waits for ACCESS EXCLUSIVE stops everybody who comes after it, so a short wait \
          becomes an outage. `pg_blocking_pids` names who really blocks (also who only stands before it in the \
          queue), and `pg_locks.waitstart` since when. The root blocker is named, and whether it is a migration \
          of pgkeel.",
    needs: "nothing; the blocker's application name needs `pg_read_all_stats`",
    tier: Tier::Fast,
    limits: &[
        Limit { key: "warn_seconds", default: 30.0, meaning: "longest wait: warn" },
        Limit { key: "fail_seconds", default: 120.0, meaning: "longest wait: fail" },
    ],
    queries: &[(
        14,
        "SELECT w.pid, w.locktype, w.mode, c.relname AS name, n.nspname AS namespace,
       extract(epoch FROM clock_timestamp() - w.waitstart)::float8 AS waiting,
       b.pids[1] AS blocker, cardinality(b.pids) AS blockers,
       a.application_name, a.state, extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS blocker_age
  FROM (SELECT * FROM pg_locks WHERE NOT granted AND waitstart IS NOT NULL ORDER BY waitstart LIMIT 100) w
 CROSS JOIN LATERAL (SELECT pg_blocking_pids(w.pid) AS pids) b
  LEFT JOIN pg_class c ON c.oid = w.relation
       AND w.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_stat_activity a ON a.pid = b.pids[1]
 WHERE cardinality(b.pids) > 0
 ORDER BY waiting DESC",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let Some(waiting) = row.real("waiting") else { return };
    outcome.measure("waiting_seconds", Some(format!("session {}", row.whole("pid"))), waiting);
    let Some(severity) = grade(waiting, limits.get("warn_seconds"), limits.get("fail_seconds")) else {
        return;
    };
    let what = if row.maybe_text("name").is_some() { row.object() } else { row.text("locktype").to_owned() };
    let blocker = row.whole("blocker");
    let who = match row.maybe_text("application_name") {
        Some(name) if name.starts_with("pgkeel") => format!("session {blocker}, which is pgkeel ({name})"),
        Some(name) if !name.is_empty() => format!("session {blocker} ({name}, {})", row.text("state")),
        _ => format!("session {blocker}"),
    };
    let message = format!("waits {} for {} on {what}; blocked by {who}", duration(waiting), row.text("mode"));
    outcome
        .add(severity, format!("session {}", row.whole("pid")), message)
        .advise("let the blocker finish, or end it")
        .repair("End the blocking session", format!("SELECT pg_terminate_backend({blocker});"));
}
