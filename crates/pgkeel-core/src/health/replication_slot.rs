//! Replication slots that keep the write-ahead log, or have lost it.

use super::outcome::{bytes, grade};
use super::{Check, Limit, Limits, MIB, Outcome, Row, Tier};
use crate::finding::Severity;
use crate::sql::ident::Literal;

pub(super) const CHECK: Check = Check {
    id: "replication-slot",
    title: "No replication slot is lost or fills the disk",
    why: "A slot that nobody reads keeps the write-ahead log until the disk is full, or until \
          `max_slot_wal_keep_size` makes it lose the log and its consumer has to start anew. Slots in state `unreserved` \
          or `lost`, and slots that were invalidated, fail; inactive ones are judged by what they retain.",
    needs: "nothing",
    tier: Tier::Fast,
    limits: &[
        Limit { key: "warn_bytes", default: 1024.0 * MIB, meaning: "log kept by an inactive slot: warn" },
        Limit { key: "fail_bytes", default: 5120.0 * MIB, meaning: "log kept by an inactive slot: fail" },
    ],
    queries: &[(
        14,
        "SELECT slot_name AS name, slot_type AS type, active, wal_status,
       pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn)::float8 AS retained,
       coalesce(to_jsonb(s) ->> 'invalidation_reason', CASE WHEN (to_jsonb(s) ->> 'conflicting')::bool THEN 'conflict with recovery' END) AS invalid
  FROM pg_replication_slots s
 ORDER BY retained DESC NULLS LAST",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let name = row.text("name");
    let retained = row.real("retained").unwrap_or_default();
    let kept = bytes(retained.max(0.0));
    outcome.measure("retained_bytes", Some(format!("slot {name}")), retained.max(0.0));
    let object = format!("replication slot {name}");
    let drop = format!("SELECT pg_drop_replication_slot({});", Literal(name));
    if let Some(reason) = row.maybe_text("invalid") {
        outcome
            .add(Severity::Error, object, format!("replication slot {name} was invalidated: {reason}"))
            .repair("Drop it; its consumer starts anew", drop);
        return;
    }
    match row.text("wal_status") {
        state @ ("lost" | "unreserved") => {
            outcome
                .add(
                    Severity::Error,
                    object,
                    format!("replication slot {name} is {state}; it needs {kept} of log"),
                )
                .advise("its consumer will have to start anew unless it catches up at once");
        }
        "extended" => {
            outcome.add(
                Severity::Warning,
                object,
                format!("replication slot {name} keeps {kept} of log, more than max_wal_size"),
            );
        }
        _ if row.flag("active") => {}
        _ => {
            if let Some(severity) = grade(retained, limits.get("warn_bytes"), limits.get("fail_bytes")) {
                outcome
                    .add(
                        severity,
                        object,
                        format!("nobody reads replication slot {name}, which keeps {kept} of log"),
                    )
                    .repair("Drop it if its consumer is gone", drop);
            }
        }
    }
}
