//! What became of a transaction whose COMMIT nobody answered. The server tells the number of the transaction when it begins
//! (`pg_current_xact_id`, documentation section 9.27.10), and the session that watches sees it; a later session asks by it
//! (`pg_xact_status`) until it is over.
//!
//! The first witness is what was written in the same transaction: the row of the history, of the journal, of the audit. This is
//! the second one. It also tells when the lost session goes on working, because its end of the connection is still open.

use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use pgkeel_core::sql::batch::{Batch, Purpose};
use tokio_postgres::SimpleQueryRow;

use crate::answer::column;

/// The call that makes the server tell the number of the transaction, as the last column of what [`BEGINS`] names.
pub(super) const NUMBER: &str = "pg_catalog.pg_current_xact_id()";

/// What the statement is there for whose answer holds the number.
pub(super) const BEGINS: &str = "check its lock and set timeouts";

/// The session that works now: what has to be known of it when it is lost.
#[derive(Debug, Default)]
pub(crate) struct Former {
    backend: AtomicI32,
    transaction: AtomicU64,
}

/// A session that was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lost {
    /// Its process on the server.
    pub(crate) backend: i32,
    /// The transaction that was under way, if the server had told its number.
    pub(crate) transaction: Option<u64>,
}

/// What became of the transaction of a lost session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Fate {
    /// The server has committed it.
    Committed(u64),
    /// The server has rolled it back.
    Aborted,
    /// There was none, its number was not told, or the server does not know it any more.
    #[default]
    Unknown,
}

impl Former {
    /// A new session works.
    pub(crate) fn works(&self, backend: i32) {
        self.transaction.store(0, Ordering::SeqCst);
        self.backend.store(backend, Ordering::SeqCst);
    }

    /// The session that was lost, when there was one. It is known until another works: that one may be lost before it does.
    pub(crate) fn lost(&self) -> Option<Lost> {
        let backend = self.backend.load(Ordering::SeqCst);
        let transaction = Some(self.transaction.load(Ordering::SeqCst)).filter(|number| *number != 0);
        (backend != 0).then_some(Lost { backend, transaction })
    }

    /// No transaction is under way of which the end is not known.
    pub(super) fn is_over(&self) {
        self.transaction.store(0, Ordering::SeqCst);
    }

    /// The transaction that is under way, as another session sees it. What the server itself says of it may still be on its
    /// side, with everything else that it has to say of a message.
    pub(super) fn is_in(&self, number: u64) {
        self.transaction.store(number, Ordering::SeqCst);
    }

    /// Takes the number out of an answer, when it is the one to what begins a transaction: statement `completed` of `batch`.
    pub(super) fn hear(&self, batch: &Batch, completed: usize, row: &SimpleQueryRow) {
        let begins =
            batch.segments().get(completed).is_some_and(|segment| segment.purpose == Purpose::Own(BEGINS));
        let told = begins.then(|| column(row, row.len().checked_sub(1)?)).flatten();
        if let Some(number) = told.and_then(|number| number.parse().ok()) {
            self.is_in(number);
        }
    }
}
