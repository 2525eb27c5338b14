//! A passive reader of what the server says on the wire. The driver tells neither which statement of a batch raised
//! a notice, nor how many completed before one failed, nor the transaction status; the protocol does.
//!
//! PostgreSQL documentation, section 54.7 "Message Formats".

mod messages;
mod stream;
#[cfg(test)]
mod tests;
mod written;

use messages::Messages;
pub(super) use stream::{AsIs, Tapped};
pub use written::Written;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The code of a cancel request, in the place of a protocol version.
const CANCEL_REQUEST: u32 = 80_877_102;

/// What the server said last about the transaction (`ReadyForQuery`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionStatus {
    /// Not in a transaction block.
    Idle,
    /// In a transaction block.
    InTransaction,
    /// In a failed transaction block.
    Failed,
}

/// A notice or warning, and the statement that raised it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notice {
    /// Which answer it belongs to: the number of `ReadyForQuery` before it, start-up not counted.
    pub cycle: u64,
    /// How many statements of that answer had completed: the index of the one that raised it.
    pub statement: usize,
    /// `NOTICE`, `WARNING`, `INFO`, ...; never translated.
    pub severity: String,
    /// SQLSTATE.
    pub code: String,
    /// The text.
    pub message: String,
    /// More about it.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where it was raised: a stack of PL/pgSQL functions.
    pub context: Option<String>,
}

/// A handle on what the tap of one session knows.
#[derive(Clone)]
pub struct Tap {
    messages: Arc<Mutex<Messages>>,
    /// Told whenever an answer is complete, or will never be.
    settled: Arc<Notify>,
}

impl Tap {
    pub(super) fn new() -> Self {
        Self { messages: Arc::default(), settled: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Messages> {
        // The tap only counts: a panic elsewhere cannot leave it half-changed in a way that matters.
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the next bytes of the server; none means that there will be no more.
    fn read(&self, bytes: &[u8]) {
        let mut messages = self.lock();
        if bytes.is_empty() {
            messages.end();
        } else {
            messages.read(bytes);
        }
        if messages.is_settled() {
            self.settled.notify_waiters();
        }
    }

    /// Waits until the answer that is coming in is complete. The driver reports an error as soon as it has read it,
    /// which may be before `ReadyForQuery` has told the transaction's status.
    pub async fn settled(&self) {
        loop {
            let told = self.settled.notified();
            if self.lock().is_settled() {
                return;
            }
            told.await;
        }
    }

    /// The notices since the last call, in order, and how many more were dropped because there were too many.
    pub fn take_notices(&self) -> (Vec<Notice>, u64) {
        self.lock().take_notices()
    }

    /// The same of the answers up to number `cycle`; those of later ones stay.
    pub fn take_notices_until(&self, cycle: u64) -> (Vec<Notice>, u64) {
        self.lock().take_notices_until(cycle)
    }

    /// What the last `ReadyForQuery` said. After an error, wait for [`Tap::settled`] first.
    pub fn transaction_status(&self) -> TransactionStatus {
        self.lock().status
    }

    /// How many times the server has been waited for: `ReadyForQuery` messages, the one of start-up not counted.
    pub fn round_trips(&self) -> u64 {
        self.lock().round_trips()
    }

    /// How many statements completed in the current answer, or in the last one when none is going on. After a
    /// failed batch this is the index of the statement that failed.
    pub fn completed(&self) -> usize {
        self.lock().completed
    }

    /// From now on it is noted what statements write.
    pub fn note_written(&self) {
        self.lock().written = Some(Vec::new());
    }

    /// What the statements wrote since [`Tap::note_written`]; nothing more is noted.
    pub fn take_written(&self) -> Vec<Written> {
        self.lock().written.take().unwrap_or_default()
    }

    /// The process id that the server named at start-up. Behind a pooler it is not the one of `pg_backend_pid()`.
    pub fn backend_pid(&self) -> Option<i32> {
        self.lock().backend_pid
    }

    /// The message that asks the server to cancel what this connection is doing; `None` before start-up ended.
    pub(super) fn cancel_request(&self) -> Option<Vec<u8>> {
        let state = self.lock();
        let pid = state.backend_pid?;
        let length = u32::try_from(12 + state.cancel_key.len()).ok()?;
        let mut request = length.to_be_bytes().to_vec();
        request.extend(CANCEL_REQUEST.to_be_bytes());
        request.extend(pid.to_be_bytes());
        request.extend(&state.cancel_key);
        Some(request)
    }

    /// The last error that the server sent with severity FATAL or PANIC: why the connection ended.
    pub fn fatal(&self) -> Option<Notice> {
        self.lock().fatal.clone()
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Tap")
            .field("backend_pid", &state.backend_pid)
            .field("status", &state.status)
            .finish_non_exhaustive()
    }
}
