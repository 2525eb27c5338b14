//! Subscriptions that do not get what their publisher has.

use super::outcome::{duration, grade};
use super::{Check, Limit, Limits, Outcome, Row, Tier};
use crate::finding::Severity;
use crate::sql::ident::Ident;

pub(super) const CHECK: Check = Check {
    id: "subscription",
    title: "Subscriptions receive and apply changes",
    why: "A subscription whose worker has died stops silently; often it fails again and again at one row, or because a \
          migration changed the table on one side only. Meanwhile its slot on the publisher keeps the log. Read from \
          `pg_stat_subscription`: whether a worker runs, and how old its last word is from a publisher that says something \
          at least every half of `wal_sender_timeout`. A subscription that was switched off is only mentioned.",
    needs: "nothing",
    tier: Tier::Fast,
    limits: &[
        Limit { key: "warn_seconds", default: 60.0, meaning: "age of the publisher's last message: warn" },
        Limit { key: "fail_seconds", default: 300.0, meaning: "age of the publisher's last message: fail" },
    ],
    queries: &[(
        14,
        "SELECT s.subname AS name, s.subenabled AS enabled, w.pid IS NOT NULL AS works,
       extract(epoch FROM clock_timestamp() - w.last_msg_receipt_time)::float8 AS silent
  FROM pg_subscription s
  LEFT JOIN pg_stat_subscription w ON w.subid = s.oid AND w.relid IS NULL
       AND (to_jsonb(w) ->> 'leader_pid') IS NULL AND (to_jsonb(w) ->> 'worker_type') IS DISTINCT FROM 'parallel apply'
 WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
 ORDER BY 1",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let name = Ident(row.text("name"));
    let object = format!("subscription {name}");
    if !row.flag("enabled") {
        outcome
            .add(Severity::Info, object, format!("subscription {name} is switched off, and its slot keeps the publisher's log"))
            .repair("Switch it on", format!("ALTER SUBSCRIPTION {name} ENABLE;"));
        return;
    }
    if !row.flag("works") {
        outcome
            .add(Severity::Error, object, format!("subscription {name} is switched on, and no worker applies its changes"))
            .advise("the server's log says why its worker ends: mostly a row or a table that differs between the two sides");
        return;
    }
    let Some(silent) = row.real("silent") else { return };
    outcome.measure("silent_seconds", Some(object.clone()), silent);
    if let Some(severity) = grade(silent, limits.get("warn_seconds"), limits.get("fail_seconds")) {
        outcome
            .add(severity, object, format!("subscription {name} has heard nothing of its publisher for {}", duration(silent)))
            .advise("look whether the publisher is up and reachable, and whether its slot still exists");
    }
}
