//! Standbys that are behind.

use super::outcome::{bytes, duration, grade};
use super::{Check, Limit, Limits, MIB, Outcome, Row, Tier};
use crate::finding::Severity;

pub(super) const CHECK: Check = Check {
    id: "standby-lag",
    title: "Standbys are up to date",
    why: "A standby that is behind answers with old rows, and for a while with an old schema: code that was deployed \
          after a migration fails there. On a standby the age of the last replayed transaction is read, and counts as \
          zero when everything received was replayed (an idle primary is not lag), unless the standby has lost its primary, which \
          is a warning at once. On a primary, the replay lag of each connected standby, and the log that it has not replayed: a \
          standby whose replay is paused or stuck reports no time.",
    needs: "`pg_read_all_stats` on a primary with standbys",
    tier: Tier::Fast,
    limits: &[
        Limit { key: "warn_seconds", default: 10.0, meaning: "lag: warn" },
        Limit { key: "fail_seconds", default: 60.0, meaning: "lag: fail" },
        Limit { key: "warn_bytes", default: 256.0 * MIB, meaning: "log that a standby has not replayed: warn" },
        Limit { key: "fail_bytes", default: 1024.0 * MIB, meaning: "log that a standby has not replayed: fail" },
    ],
    queries: &[(
        14,
        "SELECT NULL AS skipped, 'this standby' AS name,
       CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8 AS lag,
       NULL::float8 AS bytes,
       NOT EXISTS (SELECT FROM pg_stat_wal_receiver)
         AND EXISTS (SELECT FROM pg_settings WHERE name = 'primary_conninfo' AND setting <> '') AS alone,
       extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 AS since
 WHERE pg_is_in_recovery()
UNION ALL
SELECT CASE WHEN state IS NULL THEN 'the role lacks pg_read_all_stats, so the lag of standbys is not visible' END,
       coalesce(nullif(application_name, ''), 'session ' || pid), extract(epoch FROM replay_lag)::float8,
       pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, replay_lsn)::float8,
       false, NULL
  FROM pg_stat_replication
 WHERE state IS NULL OR state IN ('streaming', 'catchup')
 ORDER BY lag DESC NULLS LAST",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let name = row.text("name");
    if row.flag("alone") {
        let since = row.real("since").map_or_else(String::new, |since| {
            format!("; the last transaction that it replayed is {} old", duration(since))
        });
        outcome
            .add(Severity::Warning, format!("standby {name}"), format!("{name} is not connected to its primary{since}"))
            .advise("look whether the primary is up and still has the log that this standby needs");
    }
    if let Some(missing) = row.real("bytes").filter(|missing| *missing > 0.0)
        && let Some(severity) = grade(missing, limits.get("warn_bytes"), limits.get("fail_bytes"))
    {
        let message = format!("{name} has not replayed {} of log", bytes(missing));
        outcome
            .add(severity, format!("standby {name}"), message)
            .advise("look for a paused replay (pg_wal_replay_resume()), a long query on the standby, a slow disk or network");
    }
    let Some(lag) = row.real("lag") else { return };
    outcome.measure("lag_seconds", Some(format!("standby {name}")), lag);
    if let Some(severity) = grade(lag, limits.get("warn_seconds"), limits.get("fail_seconds")) {
        outcome
            .add(severity, format!("standby {name}"), format!("{name} is {} behind", duration(lag)))
            .advise("look for a long query on the standby, a slow disk or network, or a large rewrite on the primary");
    }
}
