//! How near the server is to refusing connections.

use super::outcome::{grade, percent};
use super::{Check, Limit, Limits, Outcome, Row, Tier};

pub(super) const CHECK: Check = Check {
    id: "connections",
    title: "The server has connections to spare",
    why: "When every slot is taken, new connections are refused with `too many clients already`, and so is the \
          migration that would have helped. Slots reserved for superusers and (PostgreSQL 16 and later) for \
          `pg_use_reserved_connections` are not counted as usable.",
    needs: "nothing",
    tier: Tier::Fast,
    limits: &[
        Limit { key: "warn_ratio", default: 0.80, meaning: "used connections / usable connections: warn" },
        Limit { key: "fail_ratio", default: 0.95, meaning: "used connections / usable connections: fail" },
    ],
    queries: &[(
        14,
        "SELECT count(*) FILTER (WHERE backend_type = 'client backend'
                         OR backend_type IS NULL AND datid IS NOT NULL) AS used,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0) AS usable
  FROM pg_stat_activity",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let (Some(used), Some(usable)) = (row.real("used"), row.real("usable")) else { return };
    outcome.measure("used", None, used);
    outcome.measure("usable", None, usable);
    let ratio = used / usable.max(1.0);
    // A server made for a single connection is always full: that says nothing.
    if usable <= 1.0 {
        return;
    }
    if let Some(severity) = grade(ratio, limits.get("warn_ratio"), limits.get("fail_ratio")) {
        let message = format!("{used:.0} of {usable:.0} usable connections are taken ({})", percent(ratio));
        outcome.add(severity, "server", message).advise(
            "find who holds them in pg_stat_activity; put a pooler in front, or raise max_connections",
        );
    }
}
