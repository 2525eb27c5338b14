//! Looking at the database at start-up: again while it cannot be judged yet, never longer than allowed.

use std::time::{Duration, Instant};

use pgkeel_core::health::{Report, Tier};

use super::{Startup, StartupError};
use crate::database::ReadOnly;
use crate::health::{self, look_closely};

/// The first pause before looking again.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The longest pause before looking again.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What connecting may take beyond the allowed time, so that its own error, which names the host, is the one that is told.
const ERROR_FIRST: Duration = Duration::from_millis(200);

/// Growing pauses with jitter: instances that start together must not ask together.
pub(super) struct Pauses(Duration);

impl Pauses {
    pub(super) fn new() -> Self {
        Self(FIRST_PAUSE)
    }

    /// Pauses, at most for what is `left`.
    pub(super) async fn rest(&mut self, left: Duration) {
        tokio::time::sleep(self.0.mul_f64(0.8 + 0.4 * fastrand::f64()).min(left)).await;
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
    }
}

impl Startup {
    /// Looks within `longest`, and again while another session keeps the history locked or the connection was lost.
    pub(super) async fn look(&self, longest: Duration, begun: Instant) -> Result<Report, StartupError> {
        let looking = Instant::now();
        let mut pauses = Pauses::new();
        let (mut left, mut locked) = (longest, None);
        loop {
            let seen = self.look_once(left, begun).await;
            left = longest.saturating_sub(looking.elapsed());
            match seen {
                Ok(report) if report.locked && report.migrations.is_none() => locked = Some(report),
                Err(StartupError::Failed(error)) if error.is_disconnect() && !left.is_zero() => {}
                // That it was locked says more than that no time was left for the last look.
                Err(StartupError::TooSlow { .. }) if locked.is_some() => left = Duration::ZERO,
                told => return told,
            }
            match locked.take() {
                Some(report) if left.is_zero() => return Ok(report),
                none => locked = none,
            }
            pauses.rest(left).await;
        }
    }

    async fn look_once(&self, longest: Duration, begun: Instant) -> Result<Report, StartupError> {
        let options = health::options().waiting(longest);
        let looking = async {
            let session = ReadOnly::open(&self.target, &options).await?;
            let report = look_closely(&session, &self.subject, &[Tier::Fast, Tier::Catalog]).await;
            session.close().await;
            report
        };
        match tokio::time::timeout(longest + ERROR_FIRST, looking).await {
            Ok(report) => Ok(report?),
            Err(_) => Err(StartupError::TooSlow { waited: begun.elapsed(), database: self.target.masked() }),
        }
    }
}
