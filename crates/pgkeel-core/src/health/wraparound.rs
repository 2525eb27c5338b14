//! Transaction ids and multixact ids that come near their end.

use super::outcome::{grade, percent};
use super::{Check, Limit, Limits, Outcome, Row, Tier};
use crate::sql::ident::Ident;

pub(super) const CHECK: Check = Check {
    id: "wraparound",
    title: "Transaction ids are far from wrapping around",
    why: "About 2.1 billion transactions after its oldest unfrozen row, PostgreSQL refuses to write until somebody \
          vacuums. Autovacuum keeps far away from that, unless a long transaction, a forgotten prepared transaction or \
          a replication slot stops it. The warning waits for twice `autovacuum_freeze_max_age` where that is more. \
          (PostgreSQL documentation, \"Preventing Transaction ID Wraparound Failures\".)",
    needs: "nothing",
    tier: Tier::Fast,
    limits: &[
        Limit {
            key: "warn_transactions",
            default: 500_000_000.0,
            meaning: "age of the oldest transaction id or multixact id: warn",
        },
        Limit {
            key: "fail_transactions",
            default: 1_000_000_000.0,
            meaning: "age of the oldest transaction id or multixact id: fail",
        },
    ],
    queries: &[(
        14,
        "SELECT datname AS name, age(datfrozenxid) AS xid_age, mxid_age(datminmxid) AS mxid_age,
       current_setting('autovacuum_freeze_max_age')::int AS xid_freeze,
       current_setting('autovacuum_multixact_freeze_max_age')::int AS mxid_freeze,
       datname = current_database() AS here
  FROM pg_database WHERE datallowconn
 ORDER BY greatest(age(datfrozenxid), mxid_age(datminmxid)) DESC",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let warn = limits.get("warn_transactions");
    let default = (warn - 500_000_000.0).abs() < 1.0;
    for (what, age, freeze) in
        [("transaction ids", "xid_age", "xid_freeze"), ("multixact ids", "mxid_age", "mxid_freeze")]
    {
        let (Some(age_value), Some(freeze)) = (row.real(age), row.real(freeze)) else { continue };
        if row.flag("here") {
            outcome.measure(age, None, age_value);
        }
        let warn = if default { warn.max(2.0 * freeze) } else { warn };
        let fail = limits.get("fail_transactions").max(warn);
        if let Some(severity) = grade(age_value, warn, fail) {
            let name = Ident(row.text("name"));
            let message = format!(
                "the oldest {what} of database {name} are {age_value:.0} old, {} of the way to the end",
                percent(age_value / 2_147_483_647.0),
            );
            outcome
                .add(severity, format!("database {name}"), message)
                .advise(
                    "end old transactions, prepared transactions and unused replication slots, then vacuum",
                )
                .repair("Freeze old rows", "VACUUM (FREEZE);");
        }
    }
}
