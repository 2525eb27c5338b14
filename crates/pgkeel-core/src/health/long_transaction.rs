//! Transactions that have been open for long, idle ones first.

use super::outcome::{duration, grade};
use super::{Check, Limit, Limits, Outcome, Row, Tier};

pub(super) const CHECK: Check = Check {
    id: "long-transaction",
    title: "No transaction is open for long",
    why: "An open transaction keeps its locks, and its snapshot keeps dead rows from being removed in every table. \
          A migration that needs one of those tables waits for it, and everybody else waits behind the migration. \
          A transaction that is idle does so for nothing.",
    needs: "`pg_read_all_stats`: without it the transactions of other roles are not visible",
    tier: Tier::Fast,
    limits: &[
        Limit { key: "idle_warn_seconds", default: 300.0, meaning: "idle in a transaction: warn" },
        Limit { key: "idle_fail_seconds", default: 1800.0, meaning: "idle in a transaction: fail" },
        Limit { key: "active_warn_seconds", default: 3600.0, meaning: "working in one transaction: warn" },
        Limit { key: "active_fail_seconds", default: 21600.0, meaning: "working in one transaction: fail" },
    ],
    queries: &[(
        14,
        "SELECT NULL AS skipped, pid, application_name, state, state LIKE 'idle in transaction%' AS idle,
       extract(epoch FROM clock_timestamp() - xact_start)::float8 AS open_for,
       extract(epoch FROM clock_timestamp() - state_change)::float8 AS same_state_for
  FROM pg_stat_activity
 WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND backend_type = 'client backend'
UNION ALL
SELECT 'the role lacks pg_read_all_stats, so transactions of other roles are not visible',
       NULL, NULL, NULL, NULL, NULL, NULL
 WHERE NOT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')
 ORDER BY open_for DESC NULLS LAST",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let Some(open_for) = row.real("open_for") else { return };
    let idle = row.flag("idle");
    let (warn, fail, seconds, doing) = if idle {
        ("idle_warn_seconds", "idle_fail_seconds", row.real("same_state_for").unwrap_or(open_for), "idle")
    } else {
        ("active_warn_seconds", "active_fail_seconds", open_for, "working")
    };
    outcome.measure("open_seconds", Some(format!("session {}", row.whole("pid"))), open_for);
    let Some(severity) = grade(seconds, limits.get(warn), limits.get(fail)) else { return };
    let pid = row.whole("pid");
    let name = row.text("application_name");
    let message = format!(
        "has been {doing} in a transaction for {} (application {name:?}, open for {})",
        duration(seconds),
        duration(open_for),
    );
    outcome
        .add(severity, format!("session {pid}"), message)
        .advise(
            "commit or roll back in the application; idle_in_transaction_session_timeout ends such sessions",
        )
        .repair("End the session", format!("SELECT pg_terminate_backend({pid});"));
}
