//! The only task that talks to the database: one connection, one look at a time, however many clients ask.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use pgkeel::database::{ReadOnly, Target};
use pgkeel::health::{self, Subject};
use pgkeel_core::health::{CHECKS, Outcome, Reason, Report, Status, Tier, Verdict};
use pgkeel_core::outline::Outline;
use tokio::sync::watch;

use crate::{Shared, Snapshot};

/// The longest that one look may take, connecting included.
const LOOK_TIMEOUT: Duration = Duration::from_secs(20);

/// Looks in a row that must fail before an instance that was ready is not ready any more.
const PATIENCE: u32 = 3;

/// Looks at one database for as long as the server runs.
pub struct Sampler {
    /// The database.
    pub target: Target,
    /// What it should be.
    pub subject: Subject,
    /// Where the migrations are, when they can change while the server runs.
    pub folder: Option<PathBuf>,
    /// Whether it is the embedded engine.
    pub embedded: bool,
    /// Where the result goes.
    pub shared: Arc<Shared>,
}

/// When each tier was last asked.
#[derive(Default)]
struct Turns {
    catalog: Option<Instant>,
    slow: Option<Instant>,
}

impl Sampler {
    /// Runs until `stop` says so.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut session = None;
        let mut turns = Turns::default();
        loop {
            let begun = Instant::now();
            let tiers = self.due(&turns);
            let looked = tokio::time::timeout(LOOK_TIMEOUT, self.look(&mut session, &tiers)).await;
            let result = looked.unwrap_or_else(|_| {
                self.shared.counters.sample("timeout");
                Err(Report { unreachable: Some(Reason::DbUnreachable), ..Report::default() })
            });
            if result.is_ok() {
                let now = Some(Instant::now());
                turns.catalog = if tiers.contains(&Tier::Catalog) { now } else { turns.catalog };
                turns.slow = if tiers.contains(&Tier::Slow) { now } else { turns.slow };
            } else {
                session = None;
            }
            self.publish(result, begun);
            let calm = self.shared.snapshot().failures == 0;
            let interval = self.shared.config.intervals.fast;
            let pause = if calm { interval } else { interval.min(Duration::from_secs(1)) };
            tokio::select! {
                () = tokio::time::sleep(pause.mul_f64(0.9 + 0.2 * jitter())) => {}
                () = self.shared.wake.notified() => turns = Turns::default(),
                _ = stop.changed() => break,
            }
        }
        if let Some(session) = session {
            session.close().await;
        }
    }

    fn due(&self, turns: &Turns) -> Vec<Tier> {
        let intervals = self.shared.config.intervals;
        let late = |last: Option<Instant>, interval| last.is_none_or(|last| last.elapsed() >= interval);
        let mut tiers = vec![Tier::Fast];
        if late(turns.catalog, intervals.catalog) {
            tiers.push(Tier::Catalog);
        }
        if late(turns.slow, intervals.slow) {
            tiers.push(Tier::Slow);
        }
        tiers
    }

    async fn look(
        &mut self,
        session: &mut Option<ReadOnly>,
        tiers: &[Tier],
    ) -> Result<(Report, Option<Outline>), Report> {
        if let Some(folder) = &self.folder
            && tiers.contains(&Tier::Catalog)
        {
            match pgkeel::discover::migrations(folder, folder) {
                Ok(migrations) => self.subject.migrations = migrations,
                Err(error) => {
                    tracing::warn!(%error, "the migrations cannot be read; those read before are used");
                }
            }
        }
        let answer = self.ask(session, tiers).await;
        match &answer {
            Ok(_) => self.shared.counters.sample("ok"),
            Err(error) => {
                self.shared.counters.sample("error");
                // The full text goes to the log only: it may name hosts, roles and statements.
                tracing::warn!(%error, "the database could not be looked at");
            }
        }
        answer.map_err(|error| health::unreachable(&error))
    }

    async fn ask(
        &self,
        session: &mut Option<ReadOnly>,
        tiers: &[Tier],
    ) -> Result<(Report, Option<Outline>), pgkeel::Error> {
        let mut options = health::options();
        options.timeout = Duration::from_secs(2);
        if session.is_none() {
            *session = Some(ReadOnly::open(&self.target, &options).await?);
        }
        let Some(session) = session.as_ref() else { return Ok((Report::default(), None)) };
        let report = health::look(session, &self.subject, tiers).await?;
        let outline =
            if tiers.contains(&Tier::Catalog) {
                let read = health::outline(session).await;
                Some(read.map_err(|source| pgkeel::database::Error::Query {
                    doing: "reading the schema",
                    source,
                })?)
            } else {
                None
            };
        Ok((report, outline))
    }

    fn publish(&self, result: Result<(Report, Option<Outline>), Report>, begun: Instant) {
        let old = self.shared.snapshot();
        let (report, outline, failures) = match result {
            Ok((report, outline)) => (merged(&old.report, report), outline.map(Arc::new), 0),
            Err(report) => (Report { checks: old.report.checks.clone(), ..report }, None, old.failures + 1),
        };
        let mut verdict = self.subject.verdict(&report);
        let was_fine = old.looked && old.verdict.status != Status::Fail;
        if failures > 0 && failures < PATIENCE && was_fine {
            // One lost packet must not take every replica out of the balancer at once.
            verdict = Verdict { status: Status::Warn, reasons: verdict.reasons };
        }
        let took = begun.elapsed();
        self.shared.counters.took(took);
        self.shared.publish(Snapshot {
            report: Arc::new(report),
            verdict,
            outline: outline.unwrap_or_else(|| Arc::clone(&old.outline)),
            time: SystemTime::now(),
            taken: Instant::now(),
            took,
            failures,
            looked: true,
        });
    }
}

/// The new report, with the older outcomes of the checks that were not asked this time.
fn merged(old: &Report, mut new: Report) -> Report {
    let mut checks: Vec<Outcome> = Vec::with_capacity(CHECKS.len());
    for check in CHECKS {
        let find = |report: &Report| report.checks.iter().find(|outcome| outcome.check == check.id).cloned();
        checks.extend(find(&new).or_else(|| find(old)));
    }
    new.checks = checks;
    new
}

/// Between 0 and 1, different on each replica: enough to keep them from asking in step.
fn jitter() -> f64 {
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    f64::from(nanos % 1000) / 1000.0
}
