//! Health checks as values: what to ask the database, what the answer means. The library asks, this judges.

mod activity;
mod check;
mod drift;
mod heal;
mod outcome;
mod page;
mod row;
mod samples;
mod settings;
mod verdict;

pub use activity::{Activity, labelled_without_constants, without_constants};
pub use check::{Check, Limit, Limits, MIB, Tier};
pub use drift::{CHANGED_BY, Drift, Drifted, How};
pub use heal::{Healing, healings};
pub use outcome::{FINDINGS_KEPT, Measure, Outcome, Status};
pub use page::{index_page, page};
pub use row::Row;
pub use samples::{Sample, Samples};
pub use settings::{CheckSettings, HealthSettings, SettingsError};
pub use verdict::{InstalledExtension, Reason, Report, ServerFacts, Standing, Step, Verdict};

/// A check is one file and one line of this list; reports keep its order.
macro_rules! checks {
    ($($name:ident,)*) => {
        $(mod $name;)*
        /// Every check, in the order in which reports show them.
        pub const CHECKS: &[&Check] = &[$(&$name::CHECK,)*];
    };
}

checks! {
    connections,
    blocking_locks,
    long_transaction,
    prepared_transaction,
    invalid_index,
    not_validated_constraint,
    disabled_trigger,
    sequence_headroom,
    wraparound,
    collation_version,
    extension_behind,
    rls_gap,
    view_bypasses_rls,
    security_definer_search_path,
    publication_without_identity,
    replication_slot,
    standby_lag,
    subscription,
    partition_horizon,
    default_partition_rows,
    detach_pending,
    foreign_key_without_index,
    foreign_key_type_mismatch,
    duplicate_index,
    unused_index,
    missing_index,
    no_primary_key,
    unpopulated_matview,
    unlogged_table,
    autovacuum_off,
    dead_rows,
    bloat,
    never_analyzed,
}

/// The check with that id.
pub fn check(id: &str) -> Option<&'static Check> {
    CHECKS.iter().copied().find(|check| check.id == id)
}

#[cfg(test)]
mod tests;
