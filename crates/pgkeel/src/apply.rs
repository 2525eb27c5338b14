//! The executor: the only place that runs migrations. It works on a session that holds the history's lock.
//!
//! A migration whose statements all can run in a transaction goes to the server in one round trip together with its
//! settings, its guard, its history row and COMMIT. One that holds statements which cannot (`CREATE INDEX
//! CONCURRENTLY`, `VACUUM`, ...) is cut into transactions and single steps, each noted in the journal.

use std::path::Path;
use std::time::Duration;

use pgkeel_core::event::Event;
use pgkeel_core::migration::{Migration, Part};
use pgkeel_core::sql::batch::Batch;
use pgkeel_core::sql::effect;
use pgkeel_core::sql::script::{Piece, Statement};
use pgkeel_core::sql::words::leading;

use crate::database::Session;
use crate::error::Error;
use crate::store::Store;

mod failure;
pub mod plan;
mod resume;
mod send;
mod steps;
mod transaction;

pub(crate) use failure::Failure;

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
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(2),
            statement_timeout: Duration::ZERO,
            retries: 10,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(10),
        }
    }
}

/// What is run: the up part of a migration, a down part, a seed.
pub(crate) struct Script<'a> {
    /// Its statements.
    pub(crate) part: &'a Part,
    /// As messages name it.
    pub(crate) label: String,
}

impl<'a> Script<'a> {
    fn up(migration: &'a Migration) -> Self {
        Self { part: &migration.up, label: migration.label() }
    }
}

/// Applies migrations over one locked session.
pub(crate) struct Executor<'a> {
    pub(crate) session: &'a Session,
    pub(crate) store: &'a Store,
    pub(crate) options: &'a RunOptions,
    pub(crate) observe: &'a (dyn Fn(Event) + Send + Sync),
}

impl Executor<'_> {
    /// Applies one migration; `folder` is where its file is.
    ///
    /// # Errors
    /// A statement failed: what was applied of it is in the error's words.
    pub(crate) async fn apply(&self, migration: &Migration, folder: &Path) -> Result<(), Failure> {
        if needs_steps(migration) {
            self.apply_in_steps(migration, folder).await
        } else {
            self.apply_in_transaction(migration, folder).await
        }
    }

    /// `SELECT set_config(...)` with the timeouts of this script, ended with the transaction.
    fn settings(&self, script: &Script<'_>, more: &str) -> String {
        let directives = &script.part.directives;
        self.settings_with(directives.lock_timeout_ms, directives.statement_timeout_ms, more)
    }

    fn settings_with(&self, lock: Option<u64>, statement: Option<u64>, more: &str) -> String {
        let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let lock = lock.unwrap_or(milliseconds(self.options.lock_timeout));
        let statement = statement.unwrap_or(milliseconds(self.options.statement_timeout));
        let set = |name: &str, value: &str| format!("pg_catalog.set_config('{name}', '{value}', true)");
        let mut calls = vec![
            set("lock_timeout", &lock.to_string()),
            set("statement_timeout", &statement.to_string()),
            set("idle_in_transaction_session_timeout", "0"),
            set("standard_conforming_strings", "on"),
        ];
        if !more.is_empty() {
            calls.push(more.to_owned());
        }
        format!("SELECT {}", calls.join(", "))
    }

    /// The statement that puts a migration into the audit.
    fn audit_of(&self, migration: &Migration) -> String {
        let detail = serde_json::json!({
            "name": migration.name,
            "checksum": migration.up.checksum.value,
            "statements": migration.up.statements,
        });
        self.store.audit("migrate", Some(migration.version.as_str()), &detail)
    }

    /// The same without a script's directives.
    pub(crate) fn plain_settings(&self, more: &str) -> String {
        self.settings_with(None, None, more)
    }

    /// Everything that a script may have left in the session goes.
    ///
    /// # Errors
    /// The connection is gone.
    pub(crate) async fn reset_session(&self) -> Result<(), Failure> {
        let mut batch = Batch::default();
        Self::push_reset(&mut batch);
        self.session.client().batch_execute(batch.text()).await.map_err(|source| {
            Failure::Disconnected(Error::Server { doing: "resetting the session".to_owned(), source })
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
    pub(crate) fn pause(&self, attempt: u32) -> Duration {
        let doubled = self.options.first_pause.saturating_mul(1_u32 << attempt.min(16));
        doubled.min(self.options.longest_pause).mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// True when a migration holds a statement that PostgreSQL refuses inside a transaction, or asks for none.
pub(crate) fn needs_steps(migration: &Migration) -> bool {
    migration.up.directives.no_transaction || migration.up.in_memory().any(runs_alone)
}

/// True when PostgreSQL refuses the statement inside a transaction block.
pub(crate) fn runs_alone(statement: &Statement) -> bool {
    const MAY: &[&str] = &["CREATE", "DROP", "ALTER", "REINDEX", "VACUUM", "CLUSTER", "DISCARD"];
    let first = leading(&statement.text, 1);
    first.first().is_some_and(|word| MAY.contains(&word.as_str()))
        && effect::cannot_run_in_transaction(&effect::read(&statement.text).effects)
}

/// The text of a down part, to be recorded with the entry so that a rollback works when the file is gone.
pub(crate) fn down_script(migration: &Migration) -> Option<String> {
    let down = migration.down.as_ref()?;
    let statements = down.pieces.as_ref()?.iter().map(|piece| match piece {
        Piece::Statement(statement) => format!("{};\n", statement.text),
        Piece::CopyData(data) => format!("{data}\\.\n"),
        Piece::Comment { .. } => String::new(),
    });
    let directive = if down.directives.no_transaction { "-- pgkeel: transaction=off\n" } else { "" };
    Some(format!("{directive}{}", statements.collect::<String>()))
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}
