//! The schema as each migration of a run leaves it, and not only the last one. Reading a schema takes as long as dozens of
//! small migrations do, so it is read in between where that is asked for, or where it costs next to nothing.

use std::time::{Duration, Instant};

use pgkeel_core::config::Fingerprints;

use super::Job;
use super::progress::Progress;
use crate::apply::{Executor, Failure};

/// The most migrations of a run that counts as a deployment, and not as setting a database up.
const FEW: usize = 4;

/// The longest reading that is repeated unasked.
const QUICK: Duration = Duration::from_millis(250);

impl Job<'_> {
    /// Whether the schema is read before the next of the `count` migrations of this run is sent.
    pub(super) fn reads_between(&self, count: usize, progress: &Progress) -> bool {
        match self.run.fingerprints {
            Fingerprints::Each => true,
            Fingerprints::Auto => count <= FEW && progress.reading.is_none_or(|last| last < QUICK),
            Fingerprints::Run => false,
        }
    }

    /// Records the schema as the migration that was applied last has left it.
    pub(super) async fn record_between(
        &self,
        executor: &Executor<'_>,
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        let begun = Instant::now();
        let recorded = self.record_schema(executor, progress).await;
        progress.reading = Some(begun.elapsed());
        recorded
    }
}
