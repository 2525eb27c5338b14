//! Which statements PostgreSQL refuses inside a transaction block (SQLSTATE 25001).
//!
//! Measured on PostgreSQL 14 to 18; documentation of each command, and `PreventInTransactionBlock` in its source.

use super::{Effect, ObjectKind, Origin, ReindexTarget, TransactionControl, What};

/// Whether PostgreSQL refuses the statement with these effects inside a transaction block. Exact but for `REINDEX` and
/// `CLUSTER` of a partitioned table, which only a catalog tells from a plain one: those count as allowed.
pub fn cannot_run_in_transaction(effects: &[Effect]) -> bool {
    effects
        .iter()
        .filter(|effect| effect.origin == Origin::Statement)
        .any(|effect| refuses_transaction(&effect.what))
}

/// Whether this effect alone makes PostgreSQL refuse its statement inside a transaction block.
pub fn refuses_transaction(what: &What) -> bool {
    match what {
        What::CreateIndex(index) => index.concurrently,
        What::Drop { kind, concurrently, .. } => {
            *concurrently
                || matches!(kind, ObjectKind::Database | ObjectKind::Tablespace | ObjectKind::Subscription)
        }
        What::Reindex { target, concurrently, .. } => {
            *concurrently || matches!(target, ReindexTarget::Namespace | ReindexTarget::Database)
        }
        What::Vacuum { .. }
        | What::CreateDatabase { .. }
        | What::CreateOther { kind: ObjectKind::Tablespace, .. }
        | What::SetTablespace { kind: ObjectKind::Database, .. }
        | What::AlterSystem
        | What::Discard { all: true }
        | What::Cluster { table: None, .. }
        | What::DetachPartition { concurrently: true, .. }
        | What::CreateSubscription { connects: true }
        | What::AlterSubscription { touches_slot: true } => true,
        What::Transaction(control) => {
            matches!(control, TransactionControl::CommitPrepared | TransactionControl::RollbackPrepared)
        }
        _ => false,
    }
}
