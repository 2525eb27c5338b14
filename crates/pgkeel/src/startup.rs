//! What an application calls before it serves: the database is what this build needs, or start-up says why not.
//!
//! With axum (`examples/web_service.rs` is the same as a whole program, with `/readyz`):
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use pgkeel::startup::{Environment, Startup};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//!     let ready = Startup::new(&std::env::var("DATABASE_URL")?, Environment::Production)?
//!         .migrations(&pgkeel::migrations!("$CARGO_MANIFEST_DIR/tests/migrations"))?
//!         .run()
//!         .await?;
//!     tracing::info!("{ready}"); // schema ok: 42 applied, 0 by this instance, 0 pending, 12 ms
//!     let app = Router::new().route("/", get(|| async { "hello" }));
//!     Ok(axum::serve(listener, app).await?)
//! }
//! ```
//!
//! | mode | does |
//! |---|---|
//! | [`Mode::Off`] | judges nothing; looks only for what a repair that is allowed needs |
//! | [`Mode::Verify`] | looks; the default in production, which stops on what is critical |
//! | [`Mode::Wait`] | looks again until a deployment job has migrated |
//! | [`Mode::Migrate`] | applies what is pending; the default in development, which warns and goes on |
//!
//! [`Startup::heal`] allows repairs of known causes in each of them, [`Startup::auto_fix`] that missing objects are made
//! again. It never borrows from the application's pool, never
//! waits holding a snapshot, and ends in bounded time ([`Startup::deadline`]). A database that is starting or waking from
//! sleep is waited for, with growing pauses. Fifty instances that start at once agree: one migrates, the others wait for
//! it by asking again. [`crate::migrations!`] embeds the folder of migrations in the binary.
//!
//! Applications in other languages start through `pgkeel health-check --startup -- COMMAND`.

mod embedded;
mod error;
mod looking;
mod ready;
mod repair;
mod wait;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use embedded::Embedded;
pub use error::StartupError;
use pgkeel_core::config::ExpectConfig;
use pgkeel_core::event::Event;
use pgkeel_core::health::{Healing, HealthSettings, Reason, Report, Status, Verdict, healings};
use pgkeel_core::migration::Migration;
use pgkeel_core::pending::Wish;
use pgkeel_core::validate::Ignored;
pub use ready::Ready;

use crate::apply::RunOptions;
use crate::database::{ConnectOptions, Target};
use crate::error::Error;
use crate::health::{self, Subject};
use crate::migrate::Job;
use crate::scratch::Choice;
use crate::store::Store;

/// The least time for a look after something was done.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// What start-up does about pending migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is judged, and nothing is looked at unless a repair is allowed.
    Off,
    /// Looks, and never changes anything.
    Verify,
    /// Looks again until somebody else (a deployment job) has migrated, at most this long.
    Wait(Duration),
    /// Applies what is pending; of many instances one does, the others wait.
    Migrate,
}

/// Where the application runs. Said in words, never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Verifies, and stops on what is critical.
    Production,
    /// Migrates, warns, and goes on.
    Development,
}

/// A start-up check, being put together.
pub struct Startup {
    target: Target,
    environment: Environment,
    mode: Mode,
    deadline: Duration,
    folder: PathBuf,
    embedded: bool,
    heal: bool,
    auto_fix: Option<Choice>,
    run: RunOptions,
    subject: Subject,
}

impl Startup {
    /// A check of this database: in production it verifies, in development it migrates; 30 seconds at most for a
    /// database that is starting, asleep or being migrated.
    ///
    /// # Errors
    /// The address is no database address.
    pub fn new(url: &str, environment: Environment) -> Result<Self, StartupError> {
        let target = Target::parse(url).map_err(Error::Database)?;
        Ok(Self::for_target(target, environment))
    }

    /// The same, of a target that was found otherwise.
    pub fn for_target(target: Target, environment: Environment) -> Self {
        let strict = environment == Environment::Production;
        Self {
            target,
            environment,
            mode: if strict { Mode::Verify } else { Mode::Migrate },
            deadline: Duration::from_secs(30),
            folder: PathBuf::from("(embedded)"),
            embedded: false,
            heal: false,
            auto_fix: None,
            run: RunOptions::default(),
            subject: Subject {
                store: Store::new("pgkeel"),
                migrations: Vec::new(),
                expect: ExpectConfig::default(),
                settings: HealthSettings::default(),
                strict,
            },
        }
    }

    /// The migrations of this build, embedded by [`crate::migrations!`].
    ///
    /// # Errors
    /// They are not in order.
    pub fn migrations(mut self, embedded: &Embedded) -> Result<Self, StartupError> {
        self.subject.migrations = embedded.read()?;
        Ok(self)
    }

    /// The migrations of this build, read from this folder.
    #[must_use]
    pub fn migration_list(mut self, mut migrations: Vec<Migration>, folder: &Path) -> Self {
        migrations.sort_by(|a, b| a.version.cmp(&b.version));
        self.subject.migrations = migrations;
        folder.clone_into(&mut self.folder);
        self
    }

    /// Says that the database is the embedded engine, which lacks some extensions.
    #[must_use]
    pub fn embedded(mut self, embedded: bool) -> Self {
        self.embedded = embedded;
        self
    }

    /// Whether known causes of findings (invalid indexes, missing statistics, ...) are repaired on the way; each repair
    /// is in the audit.
    #[must_use]
    pub fn heal(mut self, heal: bool) -> Self {
        self.heal = heal;
        self
    }

    /// Makes again what applied migrations made and is gone, and records what the objects prove when the history is:
    /// what `pgkeel auto-fix --apply` does. It only adds, every plan is proven on a scratch database first, and of many
    /// instances one repairs. `scratch` says where scratch databases come from.
    #[must_use]
    pub fn auto_fix(mut self, scratch: Choice) -> Self {
        self.auto_fix = Some(scratch);
        self
    }

    /// Timeouts and retries of [`Mode::Migrate`].
    #[must_use]
    pub fn run_options(mut self, run: RunOptions) -> Self {
        self.run = run;
        self
    }

    /// What to do about pending migrations, when not what the environment says.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// How long a database may take to answer, and another runner to finish.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The namespace of the history.
    #[must_use]
    pub fn history(mut self, namespace: &str) -> Self {
        let ignored = Ignored::new(&self.subject.expect.ignore);
        self.subject.store = Store::new(namespace).ignoring(ignored);
        self
    }

    /// Which checks run, and with which limits.
    #[must_use]
    pub fn health(mut self, settings: HealthSettings) -> Self {
        self.subject.settings = settings;
        self
    }

    /// What the application needs of the schema, in its own words: tables, columns, extensions.
    #[must_use]
    pub fn expect(mut self, expect: ExpectConfig) -> Self {
        let ignored = Ignored::new(&expect.ignore);
        self.subject.store = self.subject.store.ignoring(ignored);
        self.subject.expect = expect;
        self
    }

    /// Runs it.
    ///
    /// # Errors
    /// The database is not what this build needs and the environment is strict; or it cannot be reached, in any
    /// environment: an application that carries on without its database is the failure that this exists to prevent.
    pub async fn run(self) -> Result<Ready, StartupError> {
        self.run_observed(&|event| tracing::info!(?event, "pgkeel")).await
    }

    /// The same; `observe` takes what happens.
    ///
    /// # Errors
    /// As [`Startup::run`].
    pub async fn run_observed(self, observe: &(dyn Fn(Event) + Send + Sync)) -> Result<Ready, StartupError> {
        let begun = Instant::now();
        if self.mode == Mode::Off && !self.heal && self.auto_fix.is_none() {
            return Ok(self.unjudged(Report::default(), Vec::new(), begun));
        }
        let mut report = self.look(self.rest(begun), begun).await?;
        let (mut fixes, mut notes) = (Vec::new(), Vec::new());
        if let Some(scratch) = &self.auto_fix
            && self.is_damaged(&report)
        {
            match self.repaired(begun, scratch, observe).await {
                Ok(made) => fixes = made,
                Err(why) => notes.push(why),
            }
            report = self.look(self.last(begun), begun).await?;
        }
        let mut applied = Vec::new();
        // What another run left unfinished is taken up by this one, too.
        let behind = |report: &Report| {
            report.migrations.as_ref().is_some_and(|m| !m.pending.is_empty() || !m.dirty.is_empty())
        };
        if behind(&report) {
            match self.mode {
                Mode::Migrate => {
                    applied = self.migrate(begun, observe).await?;
                    report = self.look(self.last(begun), begun).await?;
                }
                Mode::Wait(longest) => report = wait::until_migrated(&self, begun, longest, report).await?,
                Mode::Verify | Mode::Off => {}
            }
        }
        let wanted = if self.heal { healings(&report) } else { Vec::new() };
        if !wanted.is_empty() {
            report = self.healed(begun, &wanted, report).await?;
        }
        report.fixes.splice(0..0, fixes);
        if self.mode == Mode::Off {
            return Ok(self.unjudged(report, notes, begun));
        }
        let verdict = self.subject.verdict(&report);
        let ready = Ready { applied, notes, ..self.ready(report, verdict, begun) };
        if ready.verdict.status == Status::Fail && self.environment == Environment::Production {
            return Err(StartupError::NotReady(Box::new(ready)));
        }
        if ready.verdict.status != Status::Pass {
            tracing::warn!(reasons = %ready, "the database is not all that this build expects");
        }
        Ok(ready)
    }

    fn rest(&self, begun: Instant) -> Duration {
        self.deadline.saturating_sub(begun.elapsed()).max(Duration::from_millis(500))
    }

    /// Time for a look after something was done: what was done is worth being seen.
    fn last(&self, begun: Instant) -> Duration {
        self.rest(begun).max(LAST_LOOK)
    }

    fn ready(&self, report: Report, verdict: Verdict, begun: Instant) -> Ready {
        Ready {
            report,
            verdict,
            applied: Vec::new(),
            notes: Vec::new(),
            database: self.target.masked(),
            environment: self.environment,
            elapsed: begun.elapsed(),
        }
    }

    /// What [`Mode::Off`] says.
    fn unjudged(&self, report: Report, notes: Vec<String>, begun: Instant) -> Ready {
        let verdict = Verdict { status: Status::Skipped, reasons: vec![Reason::NotEvaluated] };
        Ready { notes, ..self.ready(report, verdict, begun) }
    }

    /// Repairs, and looks again. Of many instances one repairs; the others go on.
    async fn healed(&self, begun: Instant, wanted: &[Healing], old: Report) -> Result<Report, StartupError> {
        let observe = |event| tracing::debug!(?event, "pgkeel");
        let healing = health::heal(&self.target, &self.subject.store, wanted, &self.run, &observe);
        match tokio::time::timeout(self.rest(begun), healing).await {
            Ok(Ok(healed)) => {
                let fixes = healed.iter().map(ToString::to_string).collect();
                Ok(Report { fixes, ..self.look(self.last(begun), begun).await? })
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "nothing was healed");
                Ok(old)
            }
            Err(_) => {
                tracing::warn!("healing took too long");
                Ok(old)
            }
        }
    }

    async fn migrate(
        &self,
        begun: Instant,
        observe: &(dyn Fn(Event) + Send + Sync),
    ) -> Result<Vec<String>, StartupError> {
        let job = Job {
            target: &self.target,
            connect: ConnectOptions::default().waiting(self.rest(begun)),
            folder: &self.folder,
            migrations: &self.subject.migrations,
            embedded: self.embedded,
            store: &self.subject.store,
            wish: Wish::default(),
            lock_wait: self.rest(begun),
            run: self.run.clone(),
            observe,
        };
        let report = job.migrate().await?;
        Ok(report.applied.into_iter().map(|migration| migration.label).collect())
    }
}
