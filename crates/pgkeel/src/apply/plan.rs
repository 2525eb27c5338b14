//! Runs a plan made from two schemas, as a migration is run: all that can be in one transaction with its audit entry, the
//! rest in steps that the journal knows. It refuses a plan made for another schema than the database's, and one that
//! loses data which nobody allowed to be lost.

use std::time::{Duration, Instant};

use pgkeel_core::event::Event;
use pgkeel_core::finding::Finding;
use pgkeel_core::migration::Part;
use pgkeel_core::plan::{Plan, Step};
use pgkeel_core::preflight::needs::Needs;

use super::{Executor, Failure, Former, RunOptions, Watch};
use crate::access::{Access, Losses, Opened};
use crate::answer::text;
use crate::database::{ConnectOptions, Target};
use crate::error::ends_the_connection;
use crate::introspect;
use crate::preflight::Intent;
use crate::snapshot::{Before, Reader};
use crate::statement_error::StatementError;
use crate::store::Store;

mod as_work;

use as_work::{key, part, work};

/// Everything that running a plan needs.
pub struct PlanJob<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// True for the embedded engine.
    pub embedded: bool,
    /// The history, for the lock, the journal and the audit.
    pub store: &'a Store,
    /// What to do.
    pub plan: &'a Plan,
    /// What may be lost by it.
    pub allowed: &'a Allowed,
    /// What the audit calls it: `sync`, `auto-fix`.
    pub action: &'a str,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Timeouts and retries.
    pub run: RunOptions,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

/// Why a plan was not, or not wholly, run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database changed since the plan was made.
    #[error("the database is no longer what the plan was made for; make it anew")]
    Stale,
    /// It would lose data.
    #[error("refused: it would lose {}; allow it with --allow-loss \"{}\"", .0.loses.as_deref().unwrap_or("data"), .0.cause)]
    Loses(Box<Step>),
    /// The server refused a step. Nothing of its transaction happened.
    #[error("{}: {}{}{}\n    {}\n    {done} of {total} steps are done and stay so", step.cause, error.message, code(error), more(error), step.shown())]
    Refused {
        /// The step.
        step: Box<Step>,
        /// What the server said.
        error: Box<StatementError>,
        /// Steps that are done and stay so.
        done: usize,
        /// All steps.
        total: usize,
    },
    /// The schema could not be read.
    #[error(transparent)]
    Introspect(#[from] introspect::Error),
    /// Another run holds the lock, the server cannot be reached or is not fit for it, somebody asked the run to stop.
    #[error(transparent)]
    Run(#[from] Box<crate::error::Error>),
}

impl Error {
    /// Whether nothing was tried: the plan is stale, would lose data, or another run holds the lock.
    pub fn is_refusal(&self) -> bool {
        use crate::error::Error as E;
        match self {
            Self::Stale | Self::Loses(_) => true,
            Self::Run(error) => matches!(**error, E::Locked { .. } | E::Refused { .. } | E::Findings { .. }),
            Self::Refused { .. } | Self::Introspect(_) => false,
        }
    }
}

impl From<crate::error::Error> for Error {
    fn from(error: crate::error::Error) -> Self {
        Self::Run(Box::new(error))
    }
}

/// What may be lost.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// Objects, as the steps name their cause: `column public.users.name`, or without its kind; `all` allows every loss.
    pub objects: Vec<String>,
}

impl Allowed {
    fn holds(&self, cause: &str) -> bool {
        let bare = cause.split_once(' ').map(|(_, name)| name);
        self.objects.iter().any(|object| object == "all" || object == cause || Some(object.as_str()) == bare)
    }
}

/// The first step that loses what is not allowed to be lost.
pub fn forbidden<'p>(plan: &'p Plan, allowed: &Allowed) -> Option<&'p Step> {
    plan.steps.iter().find(|step| step.loses.is_some() && !allowed.holds(&step.cause))
}

/// How far a plan has come, over all its sessions.
#[derive(Default)]
struct Progress {
    /// The newest entry of the audit when it began.
    audited: Option<i64>,
    /// Whether the checks before the run have been done.
    checked: bool,
    /// What the plan found, beside what it is for.
    before: Before,
}

/// How one session ended.
enum Ended {
    /// The database is what the plan makes it.
    Done,
    Failed(Error),
    Lost(crate::error::Error),
}

impl PlanJob<'_> {
    /// Runs the plan, through as many sessions as it takes. What a run before it left unfinished of the same plan is
    /// taken up; a plan that was made since takes the place of the one that was interrupted.
    ///
    /// # Errors
    /// See [`Error`]; whatever was committed before stays and is in the journal.
    pub async fn run(&self) -> Result<(), Error> {
        if let Some(step) = forbidden(self.plan, self.allowed) {
            return Err(Error::Loses(Box::new(step.clone())));
        }
        let access = Access {
            target: self.target,
            connect: &self.connect,
            embedded: self.embedded,
            store: self.store,
            lock_wait: self.lock_wait,
            run: &self.run,
            observe: self.observe,
            former: Former::default(),
        };
        let watch = access.watch();
        let mut losses = Losses::default();
        let mut progress = Progress::default();
        loop {
            match self.attempt(&access, watch.as_ref(), losses.count > 0, &mut progress).await {
                Ended::Done => return Ok(()),
                Ended::Failed(error) => return Err(error),
                Ended::Lost(lost) => losses.again(lost, 0, "the plan is not done", &access)?,
            }
        }
    }

    async fn attempt(
        &self,
        access: &Access<'_>,
        watch: Option<&Watch<'_>>,
        again: bool,
        progress: &mut Progress,
    ) -> Ended {
        let opened = match access.open(again, "the plan is not done").await {
            Ok(opened) => opened,
            Err(failure) => return self.ended(failure, 0),
        };
        let executor = access.executor(&opened, watch);
        let ended = match self.execute(&executor, &opened, progress).await {
            Ok(()) => Ended::Done,
            Err(Stopped::Before(error)) => Ended::Failed(error),
            Err(Stopped::Failure(failure)) => {
                // A server that does not answer now has told before what failed.
                let done = executor.steps_done(&key(self.plan)).await.unwrap_or_default();
                self.ended(failure, done)
            }
        };
        opened.locked.release().await;
        ended
    }

    /// Under the lock: what is left of an earlier run, whether the plan still fits, and then the plan.
    async fn execute(
        &self,
        executor: &Executor<'_>,
        opened: &Opened,
        progress: &mut Progress,
    ) -> Result<(), Stopped> {
        let client = executor.session.client();
        let history = self.store.read(client).await.map_err(Failure::of)?;
        let key = key(self.plan);
        let (mut begun, mut newest) = (false, 0);
        if history.exists {
            begun = executor.take_over(&key).await?;
            newest = self.store.newest_audit(client).await.map_err(Failure::of)?;
            // Its last transaction was committed, though nobody heard of it.
            if let Some(before) = progress.audited
                && self.store.audited_since(client, before, &key).await.map_err(Failure::of)?.is_some()
            {
                return Ok(());
            }
        }
        if !begun {
            opened.believe("the plan", "its entry in the audit").map_err(Failure::Other)?;
        }
        progress.audited.get_or_insert(newest);
        if !begun || executor.steps_done(&key).await? == 0 {
            let present = introspect::introspect(client).await.map_err(Stopped::reading)?;
            if present.without_namespace(self.store.namespace()).fingerprint() != self.plan.base {
                return Err(Stopped::Before(Error::Stale));
            }
        }
        let part = part(self.plan, self.action);
        if !progress.checked {
            self.look_ahead(executor, &part).await?;
        }
        if !history.exists {
            self.store.create(client).await.map_err(Failure::of)?;
        }
        if !progress.checked {
            executor.record_skipped().await?;
            progress.before = Before::look(self.reader(executor), self.store).await.map_err(Failure::of)?;
            progress.checked = true;
        }
        let steps = self.plan.steps.len();
        (self.observe)(Event::PlanStarted { action: self.action.to_owned(), steps });
        let started = Instant::now();
        executor.run(&work(self.store, self.plan, self.action, &part), begun, None).await?;
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        (self.observe)(Event::PlanApplied { action: self.action.to_owned(), steps, elapsed_ms });
        let recorded = progress.before.record(self.reader(executor), self.store, self.observe).await;
        Ok(recorded.map_err(Failure::of)?)
    }

    fn reader<'s>(&'s self, executor: &Executor<'s>) -> Reader<'s> {
        Reader {
            session: executor.session,
            target: self.target,
            options: &self.connect,
            embedded: self.embedded,
        }
    }

    /// The checks before a run; what they find is said of the plan's steps, which stand in no file.
    async fn look_ahead(&self, executor: &Executor<'_>, part: &Part) -> Result<(), Failure> {
        let parts = [part];
        let intent = Intent {
            what: "the plan",
            parts: &parts,
            project: None,
            needs: Needs::of(&parts),
            embedded: self.embedded,
        };
        let looked = executor.look_ahead(&intent).await;
        looked.map_err(|failure| match failure {
            Failure::Other(crate::error::Error::Findings { what, findings }) => {
                let findings = findings.into_iter().map(|finding| self.of_step(finding)).collect();
                Failure::Other(crate::error::Error::Findings { what, findings })
            }
            failure => failure,
        })
    }

    /// Says a finding of the step at whose number it stands.
    fn of_step(&self, mut finding: Finding) -> Finding {
        let number = finding.span.take().map(|span| span.line).unwrap_or_default();
        if let Some(step) = number.checked_sub(1).and_then(|index| self.plan.steps.get(index)) {
            finding.message = format!("{} (step {number}: {})", finding.message, step.cause);
        }
        finding
    }

    fn ended(&self, failure: Failure, done: usize) -> Ended {
        let total = self.plan.steps.len();
        let error = match failure {
            Failure::Disconnected(lost) => return Ended::Lost(lost),
            Failure::Other(error) => error,
            Failure::Statement(_) if self.run.cancel.is_cancelled() => {
                let outcome =
                    format!("{done} of {total} steps are done and stay so; the rest was rolled back.");
                crate::error::Error::Interrupted { outcome }
            }
            Failure::Statement(error) => {
                let step = error.statement.and_then(|index| self.plan.steps.get(index));
                let Some(step) = step.cloned().map(Box::new) else {
                    return Ended::Failed(crate::error::Error::Statement(error).into());
                };
                return Ended::Failed(Error::Refused { step, error, done, total });
            }
        };
        Ended::Failed(error.into())
    }
}

/// Why it stopped: before anything was tried, or in the middle.
enum Stopped {
    Before(Error),
    Failure(Failure),
}

impl Stopped {
    fn reading(error: introspect::Error) -> Self {
        match error {
            introspect::Error::Database(source) if ends_the_connection(&source) => {
                Self::Failure(Failure::of(crate::error::Error::server("reading the schema")(source)))
            }
            error => Self::Before(error.into()),
        }
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl Executor<'_> {
    /// Whether this very plan was begun before. Others that were begun are over: the plan at hand was made from what
    /// they left.
    async fn take_over(&self, key: &str) -> Result<bool, Failure> {
        let mut begun = false;
        for row in self.rows("reading the journal", &self.store.unfinished_plans()).await? {
            let (other, action, done) = (text(&row, 0), text(&row, 1), text(&row, 2));
            if other == key {
                begun = true;
                continue;
            }
            let detail = serde_json::json!({ "action": action, "steps_done": done });
            let whole = format!(
                "BEGIN; {}; {}; COMMIT",
                self.store.forget_work(&other),
                self.store.audit("superseded", Some(&other), &detail)
            );
            self.rows("closing an interrupted plan", &whole).await?;
        }
        Ok(begun)
    }

    async fn steps_done(&self, key: &str) -> Result<usize, Failure> {
        let rows = self.rows("reading the journal", &self.store.statements_done(key)).await?;
        Ok(rows.first().and_then(|row| text(row, 0).parse().ok()).unwrap_or_default())
    }
}

/// The detail and the hint, a line each.
fn more(error: &StatementError) -> String {
    let lines = [("detail", &error.detail), ("hint", &error.hint)];
    lines.into_iter().filter_map(|(name, text)| Some(format!("\n    {name}: {}", text.as_ref()?))).collect()
}

fn code(error: &StatementError) -> String {
    error.sqlstate.as_ref().map(|code| format!(" ({code})")).unwrap_or_default()
}
