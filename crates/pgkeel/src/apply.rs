//! The executor: the only place that runs migrations. It works on a session that holds the history's lock.
//!
//! A migration whose statements all can run in a transaction goes to the server in one round trip together with its
//! settings, its guard, its history row and COMMIT. One that holds statements which cannot (`CREATE INDEX
//! CONCURRENTLY`, `VACUUM`, ...) is cut into transactions and single steps, each noted in the journal.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use pgkeel_core::config::{Fingerprints, Hooks};
use pgkeel_core::event::Event;
use pgkeel_core::migration::{Directives, Migration, Part};
use pgkeel_core::sql::batch::Batch;
use pgkeel_core::sql::effect::{self, What};
use pgkeel_core::sql::ident::Literal;
use pgkeel_core::sql::script::{Piece, Statement};
use pgkeel_core::sql::words::leading;

use crate::cancel::Cancel;
use crate::database::Session;
use crate::error::Error;
use crate::store::Store;
use transaction::Settings;
use units::Cutting;

mod ahead;
mod answer;
mod culprit;
mod cursor;
mod failure;
mod former;
mod half_way;
mod inside;
pub mod plan;
mod residue;
mod resume;
mod run;
mod send;
mod steps;
mod suspicion;
mod transaction;
mod units;
mod watch;
mod work;

pub(crate) use ahead::Ahead;
pub(crate) use failure::{Failure, advice, while_doing};
pub(crate) use former::{Fate, Former, Lost};
pub(crate) use resume::is_told;
pub(crate) use send::Place;
pub(crate) use suspicion::Suspicion;
pub(crate) use units::changed_step;
pub(crate) use watch::{Watch, statement_line};
pub use work::how_to_resolve;
pub(crate) use work::{Ledger, Work};

/// How a run treats the server.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// How long a statement waits for a lock before the transaction is retried; zero waits for ever.
    pub lock_timeout: Duration,
    /// How long a statement may take; zero is no limit.
    pub statement_timeout: Duration,
    /// How often a transaction that could not get a lock, or lost a deadlock, is tried again.
    pub retries: u32,
    /// The first pause between tries; it doubles, with jitter, up to [`RunOptions::longest_pause`].
    pub first_pause: Duration,
    /// The longest pause between tries.
    pub longest_pause: Duration,
    /// How often the server looks, while it works, whether its client is still there; zero is never.
    pub client_check: Duration,
    /// Server settings that hold inside every migration: `[migrations.settings]`.
    pub settings: BTreeMap<String, String>,
    /// Checks before a run that are passed over, and why: the reason is recorded in the audit. See
    /// [`crate::preflight::CHECKS`].
    pub skipped_checks: BTreeMap<String, String>,
    /// The name that the database must have: `[database] name`.
    pub database_name: Option<String>,
    /// How a run is asked to stop.
    pub cancel: Cancel,
    /// Whether a run with nothing to apply still says what is not as the last run left it: the schema is read for that.
    pub looks_for_drift: bool,
    /// After which migrations of a run the schema is recorded. By default only after the last.
    pub fingerprints: Fingerprints,
    /// What is run before and after: `[migrations.hooks]`.
    pub hooks: Hooks,
    /// The folder in which hooks run, and where their files are.
    pub hook_folder: PathBuf,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(2),
            statement_timeout: Duration::ZERO,
            retries: 10,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(10),
            client_check: Duration::from_secs(2),
            settings: BTreeMap::new(),
            skipped_checks: BTreeMap::new(),
            database_name: None,
            cancel: Cancel::default(),
            looks_for_drift: false,
            fingerprints: Fingerprints::Run,
            hooks: Hooks::default(),
            hook_folder: PathBuf::from("."),
        }
    }
}

/// Statements to run: the up part of a migration, a down part, a plan, a seed, a hook.
pub(crate) struct Script<'a> {
    /// Its statements.
    pub(crate) part: &'a Part,
    /// As messages name it.
    pub(crate) label: String,
}

/// Runs work over one locked session.
pub(crate) struct Executor<'a> {
    pub(crate) session: &'a Session,
    pub(crate) store: &'a Store,
    pub(crate) options: &'a RunOptions,
    pub(crate) observe: &'a (dyn Fn(Event) + Send + Sync),
    /// None for an engine that has one connection.
    pub(crate) watch: Option<&'a Watch<'a>>,
    /// What has to be known of the session when it is lost.
    pub(crate) former: &'a Former,
    /// Whether the server can notice that its client is gone while it works (`client_connection_check_interval`).
    pub(crate) notices_dead_clients: bool,
    /// Whether what ran before may have touched the lock.
    pub(crate) suspicion: Suspicion,
}

impl Executor<'_> {
    /// Does a piece of work; `begun` says whether an earlier run has begun it in steps, and `ahead` is it when it is on its
    /// way to the server already.
    ///
    /// # Errors
    /// A statement failed: what was applied of it is in the error's words.
    pub(crate) async fn run(
        &self,
        work: &Work<'_>,
        begun: bool,
        ahead: Option<Ahead>,
    ) -> Result<(), Failure> {
        let part = work.script.part;
        self.warn(&work.script);
        let mut cutting = Cutting::default();
        if !begun && !work.needs_steps() {
            match self.run_whole(work, ahead).await {
                // Only the catalog tells, for example, that the table of a REINDEX is partitioned. It is rolled back,
                // so nothing is lost by trying again in steps.
                Err(Failure::Statement(error)) if cutting.adjust(&error, part) => {}
                result => return result,
            }
        }
        loop {
            match self.run_in_steps(work, &cutting).await {
                Err(Failure::Statement(error)) if cutting.adjust(&error, part) => {}
                result => return result,
            }
        }
    }

    /// What does no harm to the next migration, because the session is reset, but perhaps to the data.
    fn warn(&self, script: &Script<'_>) {
        for statement in script.part.in_memory() {
            let text = &statement.text;
            let sets = |effect: &effect::Effect| matches!(&effect.what, What::Set { name, .. } if name.eq_ignore_ascii_case("session_replication_role"));
            if !text.to_ascii_lowercase().contains("session_replication_role")
                || !statement.reading().effects.iter().any(sets)
            {
                continue;
            }
            (self.observe)(Event::Notice {
                label: script.label.clone(),
                severity: "WARNING".to_owned(),
                message: "session_replication_role switches triggers and foreign keys off: rows written under it are not \
                          checked by anything"
                    .to_owned(),
                line: Some(statement.position.line),
            });
        }
    }

    /// What a piece of work sets, and over it `[migrations.settings]`; for the transaction or for the session.
    fn project_settings(&self, work: Settings, local: bool) -> Option<String> {
        let project = self.options.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let calls: Vec<String> = work
            .iter()
            .copied()
            .chain(project)
            .map(|(name, value)| {
                format!("pg_catalog.set_config({}, {}, {local})", Literal(name), Literal(value))
            })
            .collect();
        (!calls.is_empty()).then(|| format!("SELECT {}", calls.join(", ")))
    }

    /// `SELECT set_config(...)` with the timeouts of this script, ended with the transaction.
    pub(crate) fn settings(&self, directives: &Directives, more: &str) -> String {
        let or = |own: Option<u64>, project: Duration| own.unwrap_or_else(|| milliseconds(project));
        let lock = or(directives.lock_timeout_ms, self.options.lock_timeout);
        let statement = or(directives.statement_timeout_ms, self.options.statement_timeout);
        let set = |name: &str, value: &str| format!("pg_catalog.set_config('{name}', '{value}', true)");
        let mut calls = vec![
            set("lock_timeout", &lock.to_string()),
            set("statement_timeout", &statement.to_string()),
            set("idle_in_transaction_session_timeout", "0"),
            set("standard_conforming_strings", "on"),
        ];
        if self.notices_dead_clients {
            // Or a statement of a runner that was killed may commit long after the next runner looked.
            let often = or(directives.client_check_ms, self.options.client_check);
            calls.push(set("client_connection_check_interval", &often.to_string()));
        }
        if self.major() >= 17 {
            calls.push(set("transaction_timeout", "0"));
        }
        if !more.is_empty() {
            calls.push(more.to_owned());
        }
        format!("SELECT {}", calls.join(", "))
    }

    /// The server's major version, as it reported it.
    pub(crate) fn major(&self) -> u32 {
        let version = self.session.reported("server_version").unwrap_or_default();
        version
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .and_then(|major| major.parse().ok())
            .unwrap_or_default()
    }

    /// Everything that a script may have left in the session goes.
    ///
    /// # Errors
    /// The connection is gone.
    pub(crate) async fn reset_session(&self) -> Result<(), Failure> {
        let mut batch = Batch::default();
        Self::push_reset(&mut batch);
        let reset = self.session.client().batch_execute(batch.text()).await;
        reset.map_err(|source| {
            Failure::of(Error::Server { doing: "resetting the session".to_owned(), source })
        })
    }

    /// Undoes whatever a migration may have left in the session. Everything in DISCARD ALL but the advisory locks,
    /// of which one is ours.
    fn push_reset(batch: &mut Batch) {
        for statement in [
            "CLOSE ALL",
            "RESET SESSION AUTHORIZATION",
            "RESET ROLE",
            "RESET ALL",
            "DEALLOCATE ALL",
            "UNLISTEN *",
            "DISCARD TEMP",
            "DISCARD SEQUENCES",
        ] {
            batch.push_own("reset the session", statement);
        }
    }

    /// Waits before the next try; the pause doubles each time and varies, so that runners do not march in step.
    pub(crate) fn pause(&self, attempt: u32, directives: &Directives) -> Duration {
        let first = directives.retry_pause_ms.map_or(self.options.first_pause, Duration::from_millis);
        let longest =
            directives.longest_retry_pause_ms.map_or(self.options.longest_pause, Duration::from_millis);
        let doubled = first.saturating_mul(1_u32 << attempt.min(16));
        doubled.min(longest).mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// True when a script holds a statement that PostgreSQL refuses inside a transaction, or asks for none.
pub(crate) fn needs_steps(part: &Part) -> bool {
    part.directives.no_transaction || part.in_memory().any(runs_alone)
}

/// True when PostgreSQL refuses the statement inside a transaction block.
pub(crate) fn runs_alone(statement: &Statement) -> bool {
    const MAY: &[&str] = &["CREATE", "DROP", "ALTER", "REINDEX", "VACUUM", "CLUSTER", "DISCARD"];
    let first = leading(&statement.text, 1);
    first.first().is_some_and(|word| MAY.contains(&word.as_str()))
        && effect::cannot_run_in_transaction(&statement.reading().effects)
}

/// The text of a down part, to be recorded with the entry so that a rollback works when the file is gone.
pub(crate) fn down_script(migration: &Migration) -> Option<String> {
    let down = migration.down.as_ref()?;
    let statements = down.pieces.as_ref()?.iter().map(|piece| match piece {
        Piece::Statement(statement) => format!("{};\n", statement.text),
        Piece::CopyData(data) => format!("{data}\\.\n"),
        Piece::Comment { .. } => String::new(),
    });
    Some(format!("{}{}", down.directives.as_comments(), statements.collect::<String>()))
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}
