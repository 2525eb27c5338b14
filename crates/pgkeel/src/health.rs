//! Asks a database the health checks: read-only, without waiting behind a lock, without holding a snapshot.

mod activity;
mod ask;
mod changes;
mod facts;
mod heal;
mod look;
mod outline;
mod samples;
mod schema;
mod session;
mod unread;

pub use activity::activity;
pub use ask::{ask, ask_all};
pub use changes::catalog_writes;
pub use facts::facts;
pub use heal::{Healed, heal};
pub use look::{Subject, look, look_closely, unreachable};
pub use outline::outline;
pub use samples::keep_sample;
pub use schema::compare;
pub use session::{LOCK_TIMEOUT, STATEMENT_TIMEOUT, options};
