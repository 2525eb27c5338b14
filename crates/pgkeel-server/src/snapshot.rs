//! What the last look at the database gave, and what it means now that some time has passed.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::Config;
use crate::sampler::Other;
use pgkeel::performance::Around;
use pgkeel_core::health::{Activity, Reason, Report, Status, Tier, Verdict};
use pgkeel_core::outline::Outline;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment on both clocks: that of the wall, and the one that does not jump.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    wall: SystemTime,
    steady: Instant,
}

impl Moment {
    /// This one.
    pub fn now() -> Self {
        Self { wall: SystemTime::now(), steady: Instant::now() }
    }

    /// How long ago it was.
    pub fn age(self) -> Duration {
        self.steady.elapsed()
    }

    /// In RFC 3339, to the second.
    pub fn rfc3339(self) -> String {
        let seconds = self.wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let time =
            i64::try_from(seconds).ok().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
        time.and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
    }

    /// Seconds since the Unix epoch.
    pub fn unix(self) -> f64 {
        self.wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
    }
}

/// When each part was last looked at that is not looked at every time; none before the first time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Looks {
    /// Checks of the catalog, and the outline.
    pub catalog: Option<Moment>,
    /// Statistics.
    pub slow: Option<Moment>,
    /// The schema with what was recorded and with the contract.
    pub compared: Option<Moment>,
}

/// One look, complete and never changed; the next look replaces it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// What was seen.
    pub report: Arc<Report>,
    /// What it meant then.
    pub verdict: Verdict,
    /// Who works on the database, as last asked.
    pub activity: Arc<Vec<Activity>>,
    /// Query performance around the last run; none when nothing was kept of it.
    pub performance: Arc<Option<Around>>,
    /// How the other environments stand.
    pub environments: Arc<Vec<Other>>,
    /// The schema's outline, as last read.
    pub outline: Arc<Outline>,
    /// When.
    pub seen: Moment,
    /// When each part was looked at that is not looked at every time.
    pub looks: Looks,
    /// How long it took.
    pub took: Duration,
    /// How often in a row the database could not be looked at.
    pub failures: u32,
    /// Whether any look has been finished.
    pub looked: bool,
}

impl Snapshot {
    /// Before the first look.
    pub fn starting() -> Self {
        Self {
            report: Arc::default(),
            verdict: Verdict::starting(),
            activity: Arc::default(),
            performance: Arc::default(),
            environments: Arc::default(),
            outline: Arc::default(),
            seen: Moment::now(),
            looks: Looks::default(),
            took: Duration::ZERO,
            failures: 0,
            looked: false,
        }
    }

    /// The verdict as it holds now, and whether it is stale: older than three intervals warns, older than ten, and
    /// than a look may take, fails.
    pub fn now(&self, config: &Config) -> (Verdict, bool) {
        let age = self.seen.age();
        let interval = config.intervals.fast;
        let mut verdict = self.verdict.clone();
        let stale = self.looked && age > 3 * interval + Duration::from_secs(1);
        if stale {
            verdict.reasons.push(Reason::Stale);
            let worst = if age > 10 * interval + config.look_timeout { Status::Fail } else { Status::Warn };
            if verdict.status != Status::Fail {
                verdict.status = worst;
            }
        }
        (verdict, stale)
    }

    /// Whether somebody migrated when it was taken.
    pub fn running(&self) -> bool {
        self.report.locked || self.report.migrations.as_ref().is_some_and(|standing| standing.running)
    }

    /// When the checks of this tier were last asked.
    pub fn asked(&self, tier: Tier) -> Moment {
        let own = match tier {
            Tier::Fast => None,
            Tier::Catalog => self.looks.catalog,
            Tier::Slow => self.looks.slow,
        };
        own.unwrap_or(self.seen)
    }
}
