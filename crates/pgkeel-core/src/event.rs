//! What happened: from these the terminal draws, logs are written and dashboards are fed.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::migration::Version;

/// One thing that happened during a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
        #[schemars(with = "String")]
        version: Version,
        /// `0014_create_users`.
        label: String,
        /// Its statements.
        statements: usize,
    },
    /// A step outside a transaction begins.
    StepStarted {
        /// Of which migration or plan.
        label: String,
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
    /// A statement has been running for a while: whom it waits for, or how far it is.
    StillRunning {
        /// Of which migration or seed.
        label: String,
        /// Line of the statement; null while the server has not told which one it is.
        line: Option<usize>,
        /// Its beginning, on one line.
        statement: Option<String>,
        /// Since it was sent, in milliseconds.
        elapsed_ms: u64,
        /// The sessions that hold what it waits for (`pg_blocking_pids`).
        blockers: Vec<Blocker>,
        /// What the server says it is doing (`pg_stat_progress_*`).
        phase: Option<String>,
        /// How far that phase is, from 0 to 100.
        percent: Option<u8>,
    },
    /// The connection was lost; another one is opened, and the history tells what was committed.
    Reconnecting {
        /// Which time, from 1.
        attempt: u32,
        /// What happened to the connection.
        reason: String,
    },
    /// The run was asked to stop: the statement is being cancelled on the server.
    Stopping,
    /// Something that the checks before a run found and that does not stop it.
    Preflight {
        /// What was found.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// A hook begins.
    HookStarted {
        /// When: `before`, `after`, `before_each`, `after_each`.
        when: String,
        /// Its command or file.
        what: String,
    },
    /// A hook failed, and the run goes on as configured.
    HookFailed {
        /// Its command or file.
        what: String,
        /// Why.
        reason: String,
    },
    /// A hook's command said something.
    HookOutput {
        /// Its command.
        what: String,
        /// One line of its standard output or standard error.
        line: String,
    },
    /// A hook ran to its end.
    HookEnded {
        /// When: `before`, `after`, `before_each`, `after_each`.
        when: String,
        /// Its command or file.
        what: String,
        /// How long it took, in milliseconds.
        elapsed_ms: u64,
    },
    /// A migration is committed.
    MigrationApplied {
        /// Which.
        #[schemars(with = "String")]
        version: Version,
        /// `0014_create_users`.
        label: String,
        /// From sending it to its commit, in milliseconds.
        elapsed_ms: u64,
    },
    /// A migration is taken back, and that is committed.
    RolledBack {
        /// Which.
        #[schemars(with = "String")]
        version: Version,
        /// `0014_create_users`.
        label: String,
        /// From sending its way back to the commit, in milliseconds.
        elapsed_ms: u64,
    },
    /// A plan begins: `sync`, `auto-fix`.
    PlanStarted {
        /// What it is for.
        action: String,
        /// Its steps.
        steps: usize,
    },
    /// A plan is done.
    PlanApplied {
        /// What it was for.
        action: String,
        /// Its steps.
        steps: usize,
        /// From its beginning to its commit, in milliseconds.
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
        /// Rows that were there and are gone.
        deleted: u64,
    },
    /// The command failed: the last event. The document `pgkeel/error/1` on standard output holds all that is known.
    Error {
        /// What happened.
        message: String,
        /// What to do about it.
        help: Option<String>,
        /// The exit code.
        exit_code: u8,
        /// The file that it is about.
        file: Option<String>,
        /// The line of that file, from 1.
        line: Option<usize>,
        /// The column, from 1.
        column: Option<usize>,
    },
}

/// A session that a statement waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Blocker {
    /// Its process on the server; 0 for a prepared transaction.
    pub pid: i32,
    /// Its application name.
    pub application: String,
    /// Its role.
    pub role: String,
    /// `active`, `idle in transaction`, ...
    pub state: String,
    /// Since when its transaction is open, server time, RFC 3339.
    pub since: String,
    /// Its current or last statement, cut short.
    pub statement: String,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pid == 0 {
            return f.write_str("a prepared transaction (pg_prepared_xacts)");
        }
        write!(f, "process {}", self.pid)?;
        if !self.application.is_empty() {
            write!(f, " ({})", self.application)?;
        }
        write!(f, " of {}, {}", self.role, self.state)?;
        if !self.since.is_empty() {
            write!(f, " since {}", self.since)?;
        }
        if self.statement.is_empty() { Ok(()) } else { write!(f, ": {}", self.statement) }
    }
}

#[cfg(test)]
mod tests {
    use super::Event;
    use crate::config::reference::keep_fresh;

    /// The schema of the lines that `--format json` writes on standard error.
    #[test]
    fn the_schema_of_event_lines_is_fresh() {
        let mut schema = schemars::schema_for!(Event).to_value();
        let object = schema.as_object_mut().unwrap();
        object.insert("title".to_owned(), "pgkeel/event/1".into());
        let text = serde_json::to_string_pretty(&schema).unwrap();
        keep_fresh("event.schema.json", &(text + "\n"));
    }
}
