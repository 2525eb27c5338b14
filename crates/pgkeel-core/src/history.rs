//! What the database recorded, and how it compares with the files.

use serde::{Deserialize, Serialize};

use crate::migration::{Migration, Version};

mod compare;

pub use compare::compare;

/// One row of the history: a fact that the database recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Version as it was written when it was applied.
    pub version: Version,
    /// Name as it was then.
    pub name: String,
    /// Name of the checksum's algorithm.
    pub checksum_algorithm: String,
    /// The up part's checksum.
    pub checksum: String,
    /// How it came to be.
    pub outcome: Outcome,
    /// Statements of the up part.
    pub statements: i32,
    /// The role that applied it.
    pub applied_by: String,
    /// When, in RFC 3339, server time.
    pub applied_at: String,
    /// How long, in milliseconds; null when it was not run.
    pub duration_ms: Option<i64>,
    /// The pgkeel that applied it.
    pub tool_version: String,
    /// Fingerprint of the schema after it, when it was the last of its run, or was recorded in between or afterwards.
    pub fingerprint: Option<String>,
    /// The down part as it was then.
    pub down_script: Option<String>,
    /// What the up part destroyed for good, a line each; null when that was not recorded.
    pub destroyed: Option<String>,
}

/// How an entry came into the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Its statements ran and were committed.
    Applied,
    /// Recorded without being run, because its objects were there.
    Stamped,
    /// Steps outside a transaction have begun; the end is not recorded.
    Started,
    /// A step outside a transaction failed.
    Failed,
    /// It is being taken back in steps outside a transaction; the end is not recorded.
    Undoing,
}

impl Outcome {
    /// The word in the history table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Stamped => "stamped",
            Self::Started => "started",
            Self::Failed => "failed",
            Self::Undoing => "undoing",
        }
    }

    /// The outcome of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Applied, Self::Stamped, Self::Started, Self::Failed, Self::Undoing]
            .into_iter()
            .find(|o| o.as_str() == word)
    }
}

/// What `status` says of one migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In the files and in the history, the same.
    Applied,
    /// In the files only.
    Pending,
    /// In the files only, and a later one is applied.
    OutOfOrder,
    /// Applied, and the file has changed since.
    Modified,
    /// In the history only: the file is gone.
    Missing,
    /// In the history under another version, with the same statements.
    Renumbered,
    /// A step outside a transaction failed, or the last run that tried it, which then left nothing of it.
    Failed,
    /// Begun and neither finished nor failed: its runner died.
    Interrupted,
    /// Its rollback was begun and did not come to its end.
    HalfUndone,
    /// Begun, and somebody who is at work now holds the history's lock.
    Running,
}

impl State {
    /// The word that people read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::OutOfOrder => "out of order",
            Self::Modified => "modified",
            Self::Missing => "missing",
            Self::Renumbered => "renumbered",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::HalfUndone => "half rolled back",
            Self::Running => "running",
        }
    }
}

/// One line of `status`: a migration, an entry, or both.
#[derive(Debug, Clone)]
pub struct Standing<'m, 'e> {
    /// How they compare.
    pub state: State,
    /// The file, unless it is gone.
    pub migration: Option<&'m Migration>,
    /// The entry, unless it is pending.
    pub entry: Option<&'e Entry>,
}

impl Standing<'_, '_> {
    /// Version as the file writes it, or else the entry.
    pub fn version(&self) -> Option<&Version> {
        self.migration.map(|m| &m.version).or(self.entry.map(|e| &e.version))
    }

    /// Nothing of it is in the database, and the next run takes it: also when a run has failed and left nothing.
    pub fn is_pending(&self) -> bool {
        self.entry.is_none() && matches!(self.state, State::Pending | State::OutOfOrder | State::Failed)
    }

    /// `0014_create_users`.
    pub fn label(&self) -> String {
        match (self.migration, self.entry) {
            (Some(migration), _) => migration.label(),
            (None, Some(entry)) => format!("{}_{}", entry.version, entry.name),
            (None, None) => String::new(),
        }
    }
}
