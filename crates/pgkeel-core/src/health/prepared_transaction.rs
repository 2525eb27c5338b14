//! Transactions that were prepared for two-phase commit and forgotten.

use super::outcome::{duration, grade};
use super::{Check, Limit, Limits, Outcome, Row, Tier};
use crate::sql::ident::Literal;

pub(super) const CHECK: Check = Check {
    id: "prepared-transaction",
    title: "No prepared transaction is left over",
    why: "A prepared transaction survives its session and even a restart of the server. Until somebody commits it or \
          rolls it back, it holds its locks and stops vacuum in the whole cluster.",
    needs: "nothing",
    tier: Tier::Fast,
    limits: &[
        Limit { key: "warn_seconds", default: 300.0, meaning: "age of the transaction: warn" },
        Limit { key: "fail_seconds", default: 3600.0, meaning: "age of the transaction: fail" },
    ],
    queries: &[(
        14,
        "SELECT gid, owner, database, extract(epoch FROM clock_timestamp() - prepared)::float8 AS age
  FROM pg_prepared_xacts ORDER BY prepared",
    )],
    judge,
};

fn judge(row: Row<'_>, limits: &Limits<'_>, outcome: &mut Outcome) {
    let Some(age) = row.real("age") else { return };
    let Some(severity) = grade(age, limits.get("warn_seconds"), limits.get("fail_seconds")) else { return };
    let gid = row.text("gid");
    let message = format!(
        "prepared {} ago by {} in database {}",
        duration(age),
        row.text("owner"),
        row.text("database")
    );
    outcome
        .add(severity, format!("prepared transaction {gid}"), message)
        .advise("ask its transaction manager first; then commit it or roll it back, in its own database")
        .repair("Roll it back", format!("ROLLBACK PREPARED {};", Literal(gid)));
}
