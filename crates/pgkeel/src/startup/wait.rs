//! Waiting for somebody else to migrate: short looks with pauses between them, no session kept.

use std::time::{Duration, Instant};

use pgkeel_core::health::Report;

use super::looking::Pauses;
use super::{Startup, StartupError};

/// The least time for one look.
const LEAST: Duration = Duration::from_millis(500);

/// Looks again, with growing pauses and jitter, until nothing is pending or the time since `begun` is over; gives what was
/// `seen` last.
pub(super) async fn until_migrated(
    startup: &Startup,
    begun: Instant,
    longest: Duration,
    mut seen: Report,
) -> Result<Report, StartupError> {
    let mut pauses = Pauses::new();
    loop {
        let left = longest.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return Ok(seen);
        }
        pauses.rest(left).await;
        let left = longest.saturating_sub(begun.elapsed()).max(LEAST);
        match startup.look(left, begun).await {
            Ok(report) => seen = report,
            // What was seen before says more than that the time is over.
            Err(StartupError::TooSlow { .. }) => return Ok(seen),
            Err(error) => return Err(error),
        }
        let behind = seen.migrations.as_ref().is_none_or(|m| !m.pending.is_empty() || m.running);
        if !behind {
            return Ok(seen);
        }
    }
}
