//! How far a run has come, in numbers and in words.

use std::time::Instant;

use pgkeel_core::migration::Version;

use super::Report;

/// How far a run has come, over all its sessions.
#[derive(Default)]
pub(super) struct Progress {
    /// Sessions lost since something was last applied.
    pub(super) reconnects: u32,
    /// Migrations applied when the last session was lost.
    applied_then: usize,
    /// The migration that was on its way, and since when.
    pub(super) in_flight: Option<(Version, Instant)>,
    /// Whether the checks and hooks before the run have been done.
    pub(super) checked: bool,
}

impl Progress {
    /// Counts a lost session; one after which more was applied than before counts as the first.
    pub(super) fn lost_again(&mut self, applied: usize) -> u32 {
        if applied > self.applied_then {
            self.reconnects = 0;
        }
        self.applied_then = applied;
        self.reconnects += 1;
        self.reconnects
    }
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
