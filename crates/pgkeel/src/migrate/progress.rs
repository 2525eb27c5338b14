//! How far a run has come, in numbers and in words.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use pgkeel_core::count::counted;
use pgkeel_core::migration::Version;

use super::Report;
use super::hooks::Occasion;
use crate::access::Losses;
use crate::performance::Kept;
use crate::snapshot::Before;

/// How far a run has come, over all its sessions.
#[derive(Default)]
pub(super) struct Progress {
    /// Sessions lost.
    pub(super) losses: Losses,
    /// The migrations that were on their way, in order, and since when.
    pub(super) in_flight: Vec<(Version, Instant)>,
    /// Whether the checks before the run have been done.
    pub(super) checked: bool,
    /// The counters of `pg_stat_statements` before the run, when they were kept.
    pub(super) performance: Option<Kept>,
    /// What the run found.
    pub(super) before: Before,
    /// How long it took to record the schema between two migrations.
    pub(super) reading: Option<Duration>,
    /// A migration that is applied and whose `after_each` hooks have not all run.
    pub(super) owed: Option<Version>,
    /// Hooks that have run to their end.
    pub(super) hooks: BTreeSet<Occasion>,
    /// When the last migration was answered.
    pub(super) answered: Option<Instant>,
    /// What rounding to milliseconds has left out.
    rest: Duration,
    /// After a failure: the migrations behind it, whose turn did not come.
    pub(super) behind: Vec<String>,
    /// The newest entry of the audit when the run began.
    pub(super) audited: Option<i64>,
}

impl Progress {
    /// The milliseconds since `begun`, when a migration ends now: so rounded that the sum over many is right.
    pub(super) fn took(&mut self, begun: Instant) -> u64 {
        let now = Instant::now();
        self.answered = Some(now);
        let whole = now.duration_since(begun) + self.rest;
        let milliseconds = u64::try_from(whole.as_millis()).unwrap_or(u64::MAX);
        self.rest = whole.saturating_sub(Duration::from_millis(milliseconds));
        milliseconds
    }
}

/// What a run has applied, as the beginning of a sentence.
pub(super) fn applied_words(report: &Report) -> String {
    match report.applied.as_slice() {
        [] => "Nothing was applied by this run".to_owned(),
        [one] => format!("Applied before it: {}", one.label),
        [first, .., last] => {
            format!(
                "Applied before it: {}, {} to {}",
                counted(report.applied.len(), "migration"),
                first.label,
                last.label
            )
        }
    }
}
