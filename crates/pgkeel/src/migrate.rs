//! `migrate`: what is pending is applied, in order, under the history's lock; a lost connection is taken up again.

use std::path::Path;
use std::time::{Duration, Instant};

use pgkeel_core::event::Event;
use pgkeel_core::history::compare;
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::pending::{self, Obstacle, Wish};

use crate::apply::{Executor, Failure, RunOptions};
use crate::database::{ConnectOptions, Session, Target, connect};
use crate::discover::line_in_file;
use crate::error::Error;
use crate::lock::{self, Locked};
use crate::preflight;
use crate::store::{History, Store};

/// How often a run connects again before it gives up.
const RECONNECTS: u32 = 5;

/// How long a server that went away may take to come back.
const COMES_BACK: Duration = Duration::from_mins(1);

/// Everything a run needs.
pub struct Job<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// Where the files are.
    pub folder: &'a Path,
    /// What the files say, in order.
    pub migrations: &'a [Migration],
    /// True for the embedded engine.
    pub embedded: bool,
    /// The history.
    pub store: &'a Store,
    /// How far to go.
    pub wish: Wish,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Timeouts and retries.
    pub run: RunOptions,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

/// A migration that a run applied.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Applied {
    /// Its version.
    pub version: Version,
    /// `0014_create_users`.
    pub label: String,
    /// Its statements.
    pub statements: usize,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// The migrations it applied, in order.
    pub applied: Vec<Applied>,
    /// How many were applied before.
    pub already_applied: usize,
    /// How many are still pending, because of `--to`.
    pub still_pending: usize,
    /// True when the run created the history.
    pub created_history: bool,
    /// True when another runner worked first and this one waited for it.
    pub waited: bool,
}

impl<'a> Job<'a> {
    /// Applies what is pending.
    ///
    /// # Errors
    /// Files and history contradict each other, the lock is held, a check before the first statement failed, or a
    /// statement failed: the error says what is applied and what is not.
    pub async fn migrate(&self) -> Result<Report, Error> {
        let mut report = Report::default();
        let mut reconnects = 0;
        loop {
            let locked = self.lock(reconnects, &mut report).await?;
            match self.apply_pending(&locked, &mut report).await {
                Ok(()) => {
                    locked.release().await;
                    return Ok(report);
                }
                Err(Failure::Statement(error)) => {
                    let explained = self.explained(*error, &report);
                    locked.release().await;
                    return Err(Error::Statement(Box::new(explained)));
                }
                Err(Failure::Other(error)) => return Err(error),
                // Whether the last transaction was committed is told by the history, once we hold the lock again: the
                // old session held it, so it is gone by then.
                Err(Failure::Disconnected(error)) if reconnects >= RECONNECTS => return Err(error),
                Err(Failure::Disconnected(_)) => reconnects += 1,
            }
        }
    }

    /// What `migrate` would apply, without locking or changing anything.
    ///
    /// # Errors
    /// As [`Job::migrate`], as far as that can be known without running it.
    pub async fn dry_run(&self) -> Result<Vec<&'a Migration>, Error> {
        let session = connect(self.target, &self.connect).await?;
        let history = self.store.read(session.client()).await?;
        let todo = self.plan(&history)?;
        preflight::extensions(session.client(), &todo, self.migrations, self.embedded).await?;
        session.close().await;
        Ok(todo)
    }

    async fn lock(&self, reconnects: u32, report: &mut Report) -> Result<Locked, Error> {
        let mut options = self.connect.clone();
        if reconnects > 0 {
            options = options.waiting(COMES_BACK);
        }
        let session = connect(self.target, &options).await?;
        let waited = std::sync::atomic::AtomicBool::new(false);
        let watch = |event: Event| {
            waited.store(true, std::sync::atomic::Ordering::Relaxed);
            (self.observe)(event);
        };
        let wait = if reconnects > 0 { self.lock_wait.max(COMES_BACK) } else { self.lock_wait };
        let locked = lock::acquire(session, self.store, wait, &watch).await?;
        report.waited |= waited.into_inner();
        Ok(locked)
    }

    async fn apply_pending(&self, locked: &Locked, report: &mut Report) -> Result<(), Failure> {
        let session = locked.session();
        let history = self.history(session, report).await.map_err(|error| broken(session, error))?;
        let todo = self.plan(&history)?;
        report.already_applied = history.entries.len().saturating_sub(report.applied.len());
        report.still_pending = self.migrations.len().saturating_sub(history.entries.len() + todo.len());
        if todo.is_empty() {
            return Ok(());
        }
        preflight::extensions(session.client(), &todo, self.migrations, self.embedded)
            .await
            .map_err(|error| broken(session, error))?;
        (self.observe)(Event::RunStarted { migrations: todo.len() });
        let executor = Executor { session, store: self.store, options: &self.run, observe: self.observe };
        for migration in todo {
            self.apply_one(&executor, migration, report).await?;
        }
        Ok(())
    }

    async fn apply_one(
        &self,
        executor: &Executor<'_>,
        migration: &Migration,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let (version, label) = (migration.version.clone(), migration.label());
        (self.observe)(Event::MigrationStarted {
            version: version.clone(),
            label: label.clone(),
            statements: migration.up.statements,
        });
        let begun = Instant::now();
        executor.apply(migration, self.folder).await?;
        let elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        (self.observe)(Event::MigrationApplied {
            version: version.clone(),
            label: label.clone(),
            elapsed_ms,
        });
        report.applied.push(Applied { version, label, statements: migration.up.statements, elapsed_ms });
        Ok(())
    }

    /// Reads the history, and creates it when there is none. Under the lock, so nobody else does.
    async fn history(&self, session: &Session, report: &mut Report) -> Result<History, Error> {
        let history = self.store.read(session.client()).await?;
        if !history.exists {
            preflight::is_new(session.client(), self.store, self.migrations).await?;
            self.store.create(session.client()).await?;
            report.created_history = true;
        }
        Ok(history)
    }

    fn plan(&self, history: &History) -> Result<Vec<&'a Migration>, Error> {
        let standings = compare(self.migrations, &history.entries);
        pending::plan(&standings, &self.wish).map_err(|obstacles| refused(&obstacles))
    }

    /// Adds what only the run knows: the line, and what became of the others.
    fn explained(
        &self,
        mut error: crate::statement_error::StatementError,
        report: &Report,
    ) -> crate::statement_error::StatementError {
        let name = error.file.rsplit(['/', '\\']).next().unwrap_or(&error.file);
        let line = line_in_file(&self.folder.join(name), error.position.line);
        error.line = (!line.is_empty()).then_some(line);
        let applied = match report.applied.as_slice() {
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
        };
        let in_steps = self
            .migrations
            .iter()
            .find(|migration| migration.up.file == error.file)
            .is_some_and(crate::apply::needs_steps);
        let this = if in_steps {
            "Its earlier steps stay applied; the next `pgkeel migrate` goes on at the step that failed"
        } else {
            "This migration is rolled back as a whole"
        };
        error.outcome = format!("{applied}. {this}.");
        error
    }
}

fn refused(obstacles: &[Obstacle]) -> Error {
    let lines = |line: fn(&Obstacle) -> &str| obstacles.iter().map(line).collect::<Vec<_>>().join("\n");
    Error::Refused { message: lines(|obstacle| &obstacle.message), help: lines(|obstacle| &obstacle.help) }
}

/// A question that failed because the connection is gone may be asked again.
fn broken(session: &Session, error: Error) -> Failure {
    if session.is_closed() { Failure::Disconnected(error) } else { Failure::Other(error) }
}
