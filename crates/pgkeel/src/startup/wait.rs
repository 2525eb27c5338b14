//! Waiting for somebody else to migrate: short looks with pauses between them, no session kept.

use std::time::{Duration, Instant};

use pgkeel_core::health::Report;

use super::{Startup, StartupError};

/// Looks again, with growing pauses and jitter, until nothing is pending or the time is over.
pub(super) async fn until_migrated(
    startup: &Startup,
    begun: Instant,
    longest: Duration,
) -> Result<Report, StartupError> {
    let waiting = Instant::now();
    let mut pause = Duration::from_millis(200);
    loop {
        tokio::time::sleep(pause.mul_f64(0.8 + 0.4 * fastrand::f64())).await;
        let report = startup.look(begun).await?;
        let behind = report.migrations.as_ref().is_some_and(|m| !m.pending.is_empty() || m.running);
        if !behind || waiting.elapsed() >= longest {
            return Ok(report);
        }
        pause = (pause * 2).min(Duration::from_secs(2));
    }
}
