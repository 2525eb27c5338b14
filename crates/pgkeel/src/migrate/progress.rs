//! How far a run has come, in numbers and in words.

use std::time::Instant;

use pgkeel_core::migration::Version;

use super::Report;
use crate::access::Losses;
use crate::performance::Kept;

/// How far a run has come, over all its sessions.
#[derive(Default)]
pub(super) struct Progress {
    /// Sessions lost.
    pub(super) losses: Losses,
    /// The migration that was on its way, and since when.
    pub(super) in_flight: Option<(Version, Instant)>,
    /// Whether the checks and hooks before the run have been done.
    pub(super) checked: bool,
    /// The counters of `pg_stat_statements` before the run, when they were kept.
    pub(super) performance: Option<Kept>,
}

/// What a run has applied, as the beginning of a sentence.
pub(super) fn applied_words(report: &Report) -> String {
    match report.applied.as_slice() {
        [] => "Nothing was applied by this run".to_owned(),
        [one] => format!("Applied before it: {}", one.label),
        [first, .., last] => {
            format!(
                "Applied before it: {} migrations, {} to {}",
                report.applied.len(),
                first.label,
                last.label
            )
        }
    }
}
