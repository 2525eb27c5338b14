//! `migrate`: what is pending is applied, in order, under the history's lock; a lost connection is taken up again.

use std::path::Path;
use std::time::{Duration, Instant};

use pgkeel_core::config::Hooks;
use pgkeel_core::event::Event;
use pgkeel_core::history::{Entry, Outcome, compare};
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::pending::{self, Obstacle, Wish};
use rayon::prelude::*;

use crate::access::{Access, Opened};
use crate::apply::{Executor, Failure, Former, RunOptions, Watch};
use crate::database::{Capabilities, ConnectOptions, Session, Target, connect};
use crate::discover::line_in_file;
use crate::error::Error;
use crate::performance::Kept;
use crate::preflight;
use crate::snapshot::Before;
use crate::store::{History, Store};

mod between;
mod checks;
mod drift;
mod hooks;
mod progress;
mod read_ahead;
mod resolve;
mod turns;

use hooks::When;
use progress::{Progress, applied_words};
use read_ahead::ReadAhead;
pub use resolve::Resolution;

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
        self.check_hooks()?;
        let mut report = Report::default();
        let mut progress = Progress::default();
        let access = self.access();
        let watch = access.watch();
        loop {
            // Whether the last transaction was committed is told by the history, once we hold the lock again: the old
            // session held it, so it is gone by then.
            let failure = match self.attempt(&access, watch.as_ref(), &mut progress, &mut report).await {
                Ok(()) => return Ok(report),
                Err(failure) => failure,
            };
            let lost = match failure {
                Failure::Statement(error) if self.run.cancel.is_cancelled() => {
                    return Err(Error::Interrupted {
                        outcome: self.explained(*error, &report, &progress.behind).outcome,
                    });
                }
                Failure::Statement(error) => {
                    return Err(Error::Statement(Box::new(self.explained(
                        *error,
                        &report,
                        &progress.behind,
                    ))));
                }
                Failure::Other(error) => return Err(error),
                Failure::Disconnected(error) => error,
            };
            progress.losses.again(lost, report.applied.len(), &applied_words(&report), &access)?;
        }
    }

    /// How it gets to its database.
    fn access(&self) -> Access<'_> {
        Access {
            target: self.target,
            connect: &self.connect,
            embedded: self.embedded,
            store: self.store,
            lock_wait: self.lock_wait,
            run: &self.run,
            observe: self.observe,
            former: Former::default(),
        }
    }

    /// One session, from its lock to its end.
    async fn attempt(
        &self,
        access: &Access<'_>,
        watch: Option<&Watch<'_>>,
        progress: &mut Progress,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let reads = ReadAhead::of(self.migrations);
        let opened = access.open(progress.losses.count > 0, &applied_words(report)).await?;
        drop(reads);
        report.waited |= opened.waited;
        let executor = access.executor(&opened, watch);
        let done = self.apply_pending(&executor, &opened, progress, report).await;
        // The lock ends with the session, also after a failure.
        opened.locked.release().await;
        done
    }

    /// What `migrate` would apply, without locking or changing anything.
    ///
    /// # Errors
    /// As [`Job::migrate`], as far as that can be known without running it.
    pub async fn dry_run(&self) -> Result<Vec<&'a Migration>, Error> {
        self.check_hooks()?;
        let session = connect(self.target, &self.connect).await?;
        let found = Capabilities::probe(session.client(), session.tap()).await?;
        preflight::target(&found, &self.run)?;
        preflight::pool(&found, &session, self.target, &self.connect).await?;
        let history = self.store.read(session.client()).await?;
        let todo = self.plan(&history)?;
        if !history.exists {
            preflight::is_new(session.client(), self.store, self.migrations).await?;
        }
        if !todo.is_empty() {
            let access = self.access();
            self.preflight(&access.looking(&session), &todo).await.map_err(Failure::into_error)?;
        }
        session.close().await;
        Ok(todo)
    }

    async fn apply_pending(
        &self,
        executor: &Executor<'_>,
        opened: &Opened,
        progress: &mut Progress,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let session = executor.session;
        let history = self.store.read(session.client()).await.map_err(Failure::of)?;
        self.decide(&history, opened, progress, report).map_err(Failure::Other)?;
        let todo = self.plan(&history).map_err(Failure::Other)?;
        // Several look at what the statements do, one after the other.
        todo.par_iter().for_each(|migration| {
            migration.up.in_memory().for_each(|statement| drop(statement.reading()));
        });
        let done = |entry: &&Entry| matches!(entry.outcome, Outcome::Applied | Outcome::Stamped);
        let recorded = history.entries.iter().filter(done).count();
        report.already_applied = recorded.saturating_sub(report.applied.len());
        report.still_pending = self.migrations.len().saturating_sub(recorded + todo.len());
        // Sent together. Without a history the database must be new to the migrations: that is said first.
        let (new, checked) = tokio::join!(
            async {
                if history.exists {
                    return Ok(());
                }
                preflight::is_new(session.client(), self.store, self.migrations).await
            },
            async {
                if todo.is_empty() || progress.checked {
                    return Ok(());
                }
                self.preflight(executor, &todo).await
            },
        );
        new.map_err(Failure::of)?;
        checked?;
        // Only now: a check that stops the run leaves nothing behind at all.
        self.create_if_new(session, &history, report).await.map_err(Failure::of)?;
        if todo.is_empty() && !progress.checked {
            if history.exists && self.run.looks_for_drift {
                self.look_for_drift(session).await?;
            }
            return Ok(());
        }
        if !progress.checked {
            self.begin(executor, opened, &history, &todo, progress).await?;
        }
        self.hooks(executor, When::Before, None, progress, report).await?;
        self.pay(executor, progress, report).await?;
        self.take_turns(executor, &history, &todo, progress, report).await?;
        self.restore(executor, &history, report).await?;
        if let Some(kept) = progress.performance {
            kept.after(executor.session, self.store).await;
        }
        self.hooks(executor, When::After, None, progress, report).await?;
        self.record_schema(executor, progress).await
    }

    /// What comes before the first migration, once the checks are passed.
    async fn begin(
        &self,
        executor: &Executor<'_>,
        opened: &Opened,
        history: &History,
        todo: &[&Migration],
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        let session = executor.session;
        executor.record_skipped().await?;
        progress.before = if history.exists {
            self.look_for_drift(session).await?
        } else {
            Before::first(self.reader(session), self.store).await.map_err(Failure::of)?
        };
        (self.observe)(Event::RunStarted { migrations: todo.len() });
        if self.run.hooks != Hooks::default() {
            progress.audited = Some(self.store.newest_audit(session.client()).await.map_err(Failure::of)?);
        }
        progress.checked = true;
        if opened.has_counters {
            progress.performance = Kept::before(session, self.store, todo).await;
        }
        Ok(())
    }

    /// What a rollback kept of the migrations that are applied again is put back. It is kept on when it does not fit any
    /// more, which is no failure of the migrations.
    async fn restore(
        &self,
        executor: &Executor<'_>,
        history: &History,
        report: &Report,
    ) -> Result<(), Failure> {
        let again: Vec<&Version> = report
            .applied
            .iter()
            .map(|applied| &applied.version)
            .filter(|version| history.kept.contains(version))
            .collect();
        if again.is_empty() {
            return Ok(());
        }
        let sql = self.store.restore_kept(again);
        match executor
            .session
            .client()
            .batch_execute(&sql)
            .await
            .map_err(Error::server("putting back what was kept"))
        {
            Ok(()) => Ok(()),
            Err(error) if error.is_disconnect() => Err(Failure::Disconnected(error)),
            Err(error) => {
                (self.observe)(Event::Notice {
                    label: "rollback --restore".to_owned(),
                    severity: "WARNING".to_owned(),
                    message: format!("{error}; it is kept on"),
                    line: None,
                });
                Ok(())
            }
        }
    }

    /// Keeps the schema that is expected after the run.
    async fn record_schema(&self, executor: &Executor<'_>, progress: &Progress) -> Result<(), Failure> {
        let reader = self.reader(executor.session);
        progress.before.record(reader, self.store, self.observe).await.map_err(Failure::of)
    }

    /// Runs the `after_each` hooks of the migration that was applied last, as far as they have not run.
    async fn pay(
        &self,
        executor: &Executor<'_>,
        progress: &mut Progress,
        report: &Report,
    ) -> Result<(), Failure> {
        let Some(version) = &progress.owed else { return Ok(()) };
        let migration = self.migration(version);
        self.hooks(executor, When::AfterEach, migration, progress, report).await?;
        progress.owed = None;
        Ok(())
    }

    fn migration(&self, version: &Version) -> Option<&'a Migration> {
        let at = self.migrations.binary_search_by(|migration| migration.version.cmp(version));
        at.ok().and_then(|at| self.migrations.get(at))
    }

    /// After a lost connection: the migrations that were on their way are in the history, or they are not. The rows are
    /// believed first, then what the server says of the transaction, which was that of the first of them.
    fn decide(
        &self,
        history: &History,
        opened: &Opened,
        progress: &mut Progress,
        report: &mut Report,
    ) -> Result<(), Error> {
        let mut first = true;
        for (version, begun) in std::mem::take(&mut progress.in_flight) {
            let entry = history.entry(&version);
            let migration = self.migration(&version);
            if let (Some(Outcome::Applied), Some(migration)) = (entry.map(|entry| entry.outcome), migration) {
                self.applied(migration, begun, progress, report);
                progress.owed = Some(version);
            } else if entry.is_none() && first {
                opened.believe(&format!("migration {version}"), "its row in the history")?;
            }
            first = false;
        }
        Ok(())
    }

    fn applied(&self, migration: &Migration, begun: Instant, progress: &mut Progress, report: &mut Report) {
        let (version, label) = (migration.version.clone(), migration.label());
        let elapsed_ms = progress.took(begun);
        (self.observe)(Event::MigrationApplied {
            version: version.clone(),
            label: label.clone(),
            elapsed_ms,
        });
        report.applied.push(Applied { version, label, statements: migration.up.statements, elapsed_ms });
    }

    async fn create_if_new(
        &self,
        session: &Session,
        history: &History,
        report: &mut Report,
    ) -> Result<(), Error> {
        if !history.exists {
            self.store.create(session.client()).await?;
            report.created_history = true;
        }
        Ok(())
    }

    fn plan(&self, history: &History) -> Result<Vec<&'a Migration>, Error> {
        let standings = compare(self.migrations, &history.entries);
        if let Some(to) = &self.wish.to
            && standings.iter().all(|standing| standing.version() != Some(to))
        {
            return Err(Error::Usage {
                message: format!("there is no migration {to} to go to"),
                help: "`pgkeel status` lists the migrations".to_owned(),
            });
        }
        pending::plan(&standings, &self.wish).map_err(|obstacles| refused(&obstacles))
    }

    /// Adds what only the run knows: the line, and what became of the others.
    fn explained(
        &self,
        mut error: crate::statement_error::StatementError,
        report: &Report,
        behind: &[String],
    ) -> crate::statement_error::StatementError {
        let name = error.file.rsplit(['/', '\\']).next().unwrap_or(&error.file);
        let line = line_in_file(&self.folder.join(name), error.position.line);
        error.line = (!line.is_empty()).then_some(line);
        let this = if error.outcome.is_empty() {
            "This migration is rolled back as a whole"
        } else {
            error.outcome.as_str()
        };
        // Of a migration in steps something may stay applied.
        let before = if report.applied.is_empty() && !error.outcome.is_empty() {
            "No migration was completed by this run".to_owned()
        } else {
            applied_words(report)
        };
        error.outcome = format!("{before}. {this}.{}", behind_words(behind));
        error
    }
}

/// The migrations whose turn did not come, as a sentence.
fn behind_words(behind: &[String]) -> String {
    /// So many are named.
    const NAMED: usize = 5;
    let names = behind.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match behind.len() {
        0 => String::new(),
        1 => format!(" {names}, behind it, was not begun."),
        n if n <= NAMED => format!(" Those behind it were not begun: {names}."),
        n => format!(" Those behind it were not begun: {names} and {} more.", n - NAMED),
    }
}

fn refused(obstacles: &[Obstacle]) -> Error {
    let lines = |line: fn(&Obstacle) -> &str| obstacles.iter().map(line).collect::<Vec<_>>().join("\n");
    Error::Refused { message: lines(|obstacle| &obstacle.message), help: lines(|obstacle| &obstacle.help) }
}
