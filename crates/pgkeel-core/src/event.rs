//! What happened: from these the terminal draws, logs are written and dashboards are fed.

use serde::Serialize;

use crate::migration::Version;

/// One thing that happened during a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Another runner holds the lock; we poll.
    WaitingForLock {
        /// Who holds it, as far as the server tells.
        holder: String,
        /// How long we have waited, in milliseconds.
        waited_ms: u64,
    },
    /// The run begins.
    RunStarted {
        /// Migrations to apply.
        migrations: usize,
    },
    /// A migration begins.
    MigrationStarted {
        /// Which.
        version: Version,
        /// `0014_create_users`.
        label: String,
        /// Its statements.
        statements: usize,
    },
    /// A step outside a transaction begins.
    StepStarted {
        /// Of which migration.
        version: Version,
        /// Which step, from 1.
        step: usize,
        /// Of how many.
        steps: usize,
        /// The statement's first line.
        sql: String,
    },
    /// The server said something under a statement.
    Notice {
        /// Under which migration or seed.
        label: String,
        /// `NOTICE`, `WARNING`, ...
        severity: String,
        /// What it said.
        message: String,
        /// Line of the statement that raised it.
        line: Option<usize>,
    },
    /// The transaction could not get a lock or was chosen as a victim; it starts again after a pause.
    Retrying {
        /// Which migration or seed.
        label: String,
        /// Which attempt failed, from 1.
        attempt: u32,
        /// Why, in the server's words.
        reason: String,
        /// Whom it waited for.
        blockers: Vec<String>,
        /// The pause before the next attempt, in milliseconds.
        pause_ms: u64,
    },
    /// A migration is committed.
    MigrationApplied {
        /// Which.
        version: Version,
        /// `0014_create_users`.
        label: String,
        /// From sending it to its commit, in milliseconds.
        elapsed_ms: u64,
    },
    /// A seed file is done.
    Seeded {
        /// The file.
        file: String,
        /// Rows that were not there.
        created: u64,
        /// Rows that were there and differ no more.
        updated: u64,
        /// Rows that were there, the same.
        unchanged: u64,
        /// Rows passed over.
        skipped: u64,
    },
}
