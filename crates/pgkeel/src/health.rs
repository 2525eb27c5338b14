//! Asks a database the health checks: read-only, without waiting behind a lock, without holding a snapshot.

mod ask;
mod facts;
mod look;
mod outline;
mod session;

pub use ask::{ask, ask_all};
pub use facts::facts;
pub use look::{Subject, look, unreachable};
pub use outline::outline;
pub use session::{LOCK_TIMEOUT, STATEMENT_TIMEOUT, options};
