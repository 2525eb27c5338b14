//! Query performance around a run of migrations: the counters of `pg_stat_statements` and the plans of the costliest
//! statements, taken before and after each run and kept in the history; compared when somebody asks.
//!
//! Nothing is ever reset: other readers of the counters must not lose theirs. Whatever cannot be read is left out and
//! said; no run is held up or stopped by it.

mod keep;
mod plans;
mod read;
mod renames;
mod snapshot;

pub(crate) use keep::Kept;
pub use read::{Around, around, kept};
pub use snapshot::{Unavailable, snapshot};
