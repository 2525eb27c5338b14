//! Query performance around a run of migrations: what statements cost before it and after it, told from snapshots of
//! `pg_stat_statements`.
//!
//! Times alone lie: caches are cold after a migration, and a busy neighbour doubles a mean. So a statement counts as
//! regressed only when it also touches more blocks per call, the effect is large, and it is no accident of few calls.

mod compare;
mod fingerprint;
mod snapshot;
mod window;

pub use compare::{Change, Comparison, Verdict, compare};
pub use fingerprint::{Renamed, fingerprint, is_explainable};
pub use snapshot::{Counters, PlanShape, Snapshot};
pub use window::{Usage, Window};

#[cfg(test)]
mod tests;
