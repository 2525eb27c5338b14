//! The only task that talks to the database: one connection, one look at a time, however many clients ask.

mod healing;
mod merge;
mod others;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use pgkeel::apply::RunOptions;
use pgkeel::database::{ReadOnly, Target};
use pgkeel::discover;
use pgkeel::health::{self, Subject};
use pgkeel::performance::Around;
use pgkeel_core::health::{Activity, Reason, Report, Status, Tier, Verdict};
use pgkeel_core::outline::Outline;
use tokio::sync::watch;

use crate::snapshot::Moment;
use crate::{Shared, Snapshot};
use healing::Healing;
use merge::merged;
pub use others::{Environment, Other};

/// Looks in a row that must fail before an instance that was ready is not ready any more.
const PATIENCE: u32 = 3;

/// The longest that a look without catalog and statistics may take.
const LONGEST: Duration = Duration::from_secs(5);

/// The pause between two looks while something happens: a migration runs, or the database does not answer.
const SOON: Duration = Duration::from_secs(1);

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
    /// The project's other environments, looked at with the catalog.
    pub environments: Vec<Environment>,
    /// How what changes the database is run: a migration that the dashboard starts, a repair.
    pub run: RunOptions,
    /// Whether known causes are repaired without asking.
    pub heal: bool,
    /// Where the result goes.
    pub shared: Arc<Shared>,
}

/// How much of the time may go into looking closely while somebody changes the catalog without pause: a twentieth.
const SHARE: u32 = 20;

/// When each tier was last asked.
#[derive(Default)]
struct Turns {
    catalog: Option<Instant>,
    slow: Option<Instant>,
    /// How much had been written to the catalog by the last close look, and by the last look of all.
    written: (Option<i64>, Option<i64>),
    /// How long the last close look took.
    took: Duration,
}

impl Turns {
    /// How long it is until somebody's change to the catalog is worth a close look; none when nobody has changed it.
    fn change(&self) -> Option<Duration> {
        let (then, now) = self.written;
        let since = self.catalog?.elapsed();
        (then.is_some() && now.is_some() && then != now).then(|| (self.took * SHARE).saturating_sub(since))
    }
}

/// What one look gave.
#[derive(Default)]
struct Seen {
    report: Report,
    written: Option<i64>,
    activity: Vec<Activity>,
    outline: Option<Outline>,
    performance: Option<Arc<Option<Around>>>,
    environments: Option<Vec<Other>>,
}

impl Sampler {
    /// Runs until `stop` says so.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut session = None;
        let mut said = String::new();
        let mut turns = Turns::default();
        let mut healing = Healing::default();
        let mut files = None;
        loop {
            let begun = Moment::now();
            let tiers = self.due(&turns);
            self.read_again(&mut files);
            let mut result = self.look(&mut session, &tiers, &mut said).await;
            let answers = matches!(&result, Err(report) if report.unreachable == Some(Reason::NotEvaluated));
            if answers && tiers.len() > 1 {
                // A schema that takes too long to read closely is not a database that does not answer.
                session = None;
                result = self.look(&mut session, &[Tier::Fast], &mut said).await;
            }
            match &result {
                // What a lock kept from being read is asked again at the next look.
                // What took too long is asked again when its turn comes.
                Ok(seen) if !seen.report.locked => {
                    let now = Some(Instant::now());
                    turns.written.1 = seen.written;
                    if tiers.contains(&Tier::Catalog) {
                        turns.catalog = now;
                        turns.written.0 = seen.written;
                        turns.took = begun.age();
                    }
                    turns.slow = if tiers.contains(&Tier::Slow) { now } else { turns.slow };
                }
                Ok(_) => {}
                Err(_) => session = None,
            }
            if self.embedded
                && let Some(open) = session.take()
            {
                // The embedded engine serves one connection at a time: a migration may be waiting for it.
                open.close().await;
            }
            let was_running = self.shared.snapshot().running();
            self.publish(result, begun, &tiers);
            let snapshot = self.shared.snapshot();
            if tiers.contains(&Tier::Catalog) {
                healing.consider(&self, &snapshot);
            }
            if tiers.contains(&Tier::Slow) && snapshot.failures == 0 && !self.embedded {
                self.keep_sample(&snapshot);
            }
            if was_running && !snapshot.running() {
                // A migration has ended: whatever it changed is looked at now.
                turns = Turns::default();
            }
            let calm = snapshot.failures == 0 && !snapshot.running();
            let interval = self.shared.config.intervals.fast;
            let pause = if calm { interval } else { interval.min(SOON) };
            let pause = turns.change().map_or(pause, |soon| pause.min(soon));
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

    /// Keeps the day's sample in the history, beside the looks: the session that looks cannot write.
    fn keep_sample(&self, snapshot: &Snapshot) {
        let standing = snapshot.report.migrations.as_ref();
        if snapshot.running() || standing.is_none_or(|standing| !standing.has_history) {
            return;
        }
        let (target, store) = (self.target.clone(), self.subject.store.clone());
        tokio::spawn(async move {
            match tokio::time::timeout(LONGEST, health::keep_sample(&target, &store)).await {
                Ok(Ok(())) => {}
                // A standby, or a role that may only read: then the checks that need samples are skipped.
                Ok(Err(error)) => tracing::debug!(%error, "no sample was kept"),
                Err(_) => tracing::debug!("no sample was kept in time"),
            }
        });
    }

    /// Reads the migrations when a file has changed since: what the pages show is what a confirmation applies.
    fn read_again(&mut self, seen: &mut Option<Vec<discover::Stamp>>) {
        let Some(folder) = &self.folder else { return };
        let now = discover::stamps(folder);
        if *seen == now {
            return;
        }
        *seen = now;
        match discover::migrations(folder, folder) {
            Ok(migrations) => self.subject.migrations = migrations,
            Err(error) => {
                tracing::warn!(%error, "the migrations cannot be read; those read before are used");
            }
        }
    }

    fn due(&self, turns: &Turns) -> Vec<Tier> {
        let intervals = self.shared.config.intervals;
        let late = |last: Option<Instant>, interval| last.is_none_or(|last| last.elapsed() >= interval);
        let mut tiers = vec![Tier::Fast];
        if late(turns.catalog, intervals.catalog) || turns.change().is_some_and(|soon| soon.is_zero()) {
            tiers.push(Tier::Catalog);
        }
        if late(turns.slow, intervals.slow) {
            tiers.push(Tier::Slow);
        }
        tiers
    }

    /// One look, in bounded time; the same failure is `said` once.
    async fn look(
        &self,
        session: &mut Option<ReadOnly>,
        tiers: &[Tier],
        said: &mut String,
    ) -> Result<Seen, Report> {
        let begun = Instant::now();
        let longest = self.shared.config.look_timeout;
        let longest = if tiers.len() > 1 { longest } else { longest.min(LONGEST) };
        let looked = tokio::time::timeout(longest, self.see(session, tiers)).await;
        let (result, word, why) = match looked {
            Ok(Ok(seen)) => (Ok(seen), "ok", String::new()),
            Ok(Err(error)) => (Err(health::unreachable(&error)), "error", error.to_string()),
            Err(_) => {
                let reason = if tiers.len() > 1 { Reason::NotEvaluated } else { Reason::DbUnreachable };
                let report = Report { unreachable: Some(reason), ..Report::default() };
                (Err(report), "timeout", format!("it took longer than {} s", longest.as_secs()))
            }
        };
        self.shared.counters.looked(word, begun.elapsed());
        if result.is_err() && why != *said {
            // The full text goes to the log only: it may name hosts, roles and statements.
            tracing::warn!(error = why, closely = tiers.len() > 1, "the database could not be looked at");
        }
        *said = why;
        result
    }

    async fn see(&self, session: &mut Option<ReadOnly>, tiers: &[Tier]) -> Result<Seen, pgkeel::Error> {
        let mut options = health::options();
        options.timeout = Duration::from_secs(2);
        if session.is_none() {
            *session = Some(ReadOnly::open(&self.target, &options).await?);
        }
        let Some(session) = session.as_ref() else { return Ok(Seen::default()) };
        let query = |doing| move |source| pgkeel::database::Error::Query { doing, source };
        // Asked first, in the same round trip: what is written while the schema is read is noticed by the next look.
        let (written, report) = tokio::join!(
            health::catalog_writes(session),
            health::look_closely(session, &self.subject, tiers)
        );
        let (written, report) = (written.map_err(query("asking what was changed"))?, report?);
        let activity = health::activity(session).await.map_err(query("asking who works"))?;
        let outline = if tiers.contains(&Tier::Catalog) {
            let own = self.subject.store.namespace();
            Some(health::outline(session, own).await.map_err(query("reading the schema"))?)
        } else {
            None
        };
        let performance = if tiers.contains(&Tier::Slow) && !report.locked {
            let (store, migrations) = (&self.subject.store, &self.subject.migrations);
            Some(Arc::new(pgkeel::performance::around(session, store, None, migrations).await?))
        } else {
            None
        };
        let environments =
            if tiers.contains(&Tier::Catalog) { Some(others::look(&self.environments).await) } else { None };
        Ok(Seen { report, written, activity, outline, performance, environments })
    }

    fn publish(&self, result: Result<Seen, Report>, begun: Moment, tiers: &[Tier]) {
        let old = self.shared.snapshot();
        let mut looks = old.looks;
        let (seen, failures) = match result {
            Ok(seen) => {
                if seen.outline.is_some() {
                    looks.catalog = Some(begun);
                    looks.compared = if seen.report.locked { looks.compared } else { Some(begun) };
                }
                if seen.outline.is_some() && tiers.contains(&Tier::Slow) {
                    looks.slow = Some(begun);
                }
                let closely = seen.outline.is_some();
                (Seen { report: merged(&old.report, seen.report, closely), ..seen }, 0)
            }
            Err(report) => {
                let kept = Report { checks: old.report.checks.clone(), ..report };
                (Seen { report: kept, ..Seen::default() }, old.failures + 1)
            }
        };
        let mut report = seen.report;
        report.fixes = self.shared.fixes();
        let mut verdict = self.subject.verdict(&report);
        let was_fine = old.looked && old.verdict.status != Status::Fail;
        if failures > 0 && failures < PATIENCE && was_fine {
            // One lost packet must not take every replica out of the balancer at once.
            verdict = Verdict { status: Status::Warn, reasons: verdict.reasons };
        }
        if !old.looked || old.verdict != verdict {
            let reasons: Vec<&str> = verdict.reasons.iter().map(|reason| reason.as_str()).collect();
            tracing::info!(status = verdict.status.as_str(), reasons = reasons.join(", "), "verdict");
        }
        self.shared.publish(Snapshot {
            report: Arc::new(report),
            verdict,
            activity: Arc::new(seen.activity),
            outline: seen.outline.map_or_else(|| Arc::clone(&old.outline), Arc::new),
            performance: seen.performance.unwrap_or_else(|| Arc::clone(&old.performance)),
            environments: seen.environments.map_or_else(|| Arc::clone(&old.environments), Arc::new),
            seen: Moment::now(),
            looks,
            took: begun.age(),
            failures,
            looked: true,
        });
    }
}

/// Between 0 and 1, different on each replica: enough to keep them from asking in step.
fn jitter() -> f64 {
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    f64::from(nanos % 1000) / 1000.0
}
