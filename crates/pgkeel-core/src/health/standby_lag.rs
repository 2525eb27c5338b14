//! Standbys that are behind.

use super::outcome::{duration, grade};
use super::{Check, Limit, Limits, Outcome, Row, Tier};

pub(super) const CHECK: Check = Check {
    id: "standby-lag",
    title: "Standbys are up to date",
    why: "A standby that is behind answers with old rows, and for a while with an old schema: code that was deployed \
          after a migration fails there. On a standby the age of the last replayed transaction is read, and counts as \
          zero when everything received was replayed (an idle primary is not lag). On a primary, the replay lag of each \
          connected standby.",
    needs: "`pg_read_all_stats` on a primary with standbys",
    tier: Tier::Fast,
    limits: &[
        Limit { key: "warn_seconds", default: 10.0, meaning: "lag: warn" },
        Limit { key: "fail_seconds", default: 60.0, meaning: "lag: fail" },
    ],
    queries: &[(
        14,
        "SELECT NULL AS skipped, 'this standby' AS name,
       CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8 AS lag
 WHERE pg_is_in_recovery()
UNION ALL
SELECT CASE WHEN state IS NULL THEN 'the role lacks pg_read_all_stats, so the lag of standbys is not visible' END,
       coalesce(nullif(application_name, ''), 'session ' || pid), extract(epoch FROM replay_lag)::float8
  FROM pg_stat_replication
 WHERE state IS NULL OR state = 'streaming' AND backend_xmin IS NULL OR state = 'catchup'
 ORDER BY lag DESC NULLS LAST",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let Some(lag) = row.real("lag") else { return };
    let name = row.text("name");
    outcome.measure("lag_seconds", Some(format!("standby {name}")), lag);
    if let Some(severity) = grade(lag, limits.get("warn_seconds"), limits.get("fail_seconds")) {
        outcome
            .add(severity, format!("standby {name}"), format!("{name} is {} behind", duration(lag)))
            .advise("look for a long query on the standby, a slow disk or network, or a large rewrite on the primary");
    }
}
