//! What a rehearsal saw.

use pgkeel_core::finding::Finding;
use serde::Serialize;

use super::estimate::Blocking;
use super::observe::{Built, Looked, Written};
use crate::introspect;
use crate::scratch::{self, LoadError, said};
use crate::statement_error::StatementError;

/// What was seen.
#[derive(Debug, Serialize)]
pub struct Rehearsal {
    /// What it ran on, for the user to read.
    pub on: String,
    /// What the rehearsed migrations started from.
    pub base: String,
    /// Each rehearsed file, in order.
    pub files: Vec<Rehearsed>,
    /// Statements that PostgreSQL refused, and ways back that do not lead back.
    #[serde(skip)]
    pub findings: Vec<Finding>,
}

/// One file.
#[derive(Debug, Serialize)]
pub struct Rehearsed {
    /// As the user named it.
    pub file: String,
    /// Its statements, up to the first that was refused.
    pub statements: Vec<Observed>,
    /// Whether it went through.
    pub applied: bool,
    /// For how long it keeps others away, from which relations.
    pub blocking: Vec<Blocking>,
    /// Statements that lead to the same schema without long locks, when the file's own take them. Those that cannot run
    /// in a transaction are each a migration of their own; the others are each a transaction. Proven: on a copy of the
    /// schema with rows they leave the same schema and the same rows as the file.
    pub safe: Vec<String>,
    /// Why there are none, for a file that takes long locks: no other form is known, or none that is proven.
    pub safe_note: Option<String>,
    /// Whether its way back leads back to the schema before it.
    pub rollback: WayBack,
}

/// What a statement did.
#[derive(Debug, Clone, Serialize)]
pub struct Observed {
    /// Its place among the file's statements.
    #[serde(skip)]
    pub place: usize,
    /// Line of the file.
    pub line: usize,
    /// The statement's first line.
    pub sql: String,
    /// Milliseconds on tables without rows: planning and catalog work only.
    pub milliseconds: u128,
    /// Locks that it took on relations that were there before the file: relation and mode.
    pub locks: Vec<(String, String)>,
    /// Locks that the documentation says it takes, and that were gone too soon to be seen: those of statements that cannot
    /// run in a transaction.
    pub documented: Vec<(String, String)>,
    /// Relations that were written anew.
    pub rewritten: Vec<String>,
    /// Tables of which every row was read.
    pub read: Vec<String>,
    /// Indexes that were built.
    pub built: Vec<Built>,
    /// Foreign keys that were looked up for every row.
    pub foreign_keys: Vec<Looked>,
    /// Tables that were there before the file and whose rows it updates or deletes.
    pub written: Vec<Written>,
    /// Why PostgreSQL refused it.
    pub refused: Option<String>,
}

impl Observed {
    /// The locks that it takes, seen or not.
    pub fn all_locks(&self) -> impl Iterator<Item = &(String, String)> {
        self.locks.iter().chain(&self.documented)
    }

    /// The relations on which it works for as long as they are large.
    pub(super) fn works_on(&self) -> impl Iterator<Item = &String> {
        let keys = self.foreign_keys.iter().map(|looked| &looked.table);
        let built = self.built.iter().map(|built| &built.table);
        self.rewritten.iter().chain(&self.read).chain(keys).chain(built)
    }
}

/// What is known about the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WayBack {
    /// The file has none.
    None,
    /// After up and down the schema is what it was.
    Proven,
    /// It fails, or something is left to do.
    Wrong(String),
}

/// Why there was no rehearsal.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no scratch database.
    #[error(transparent)]
    Scratch(#[from] scratch::Error),
    /// The scratch database could not be read.
    #[error(transparent)]
    Introspect(#[from] introspect::Error),
    /// The scratch database broke.
    #[error("the scratch database: {}", said(.0))]
    Connection(#[from] tokio_postgres::Error),
    /// A migration before those that are rehearsed does not run.
    #[error(transparent)]
    Earlier(Box<StatementError>),
    /// A migration before those that are rehearsed cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A copy of the schema broke.
    #[error("{0}")]
    Copy(String),
    /// The scratch server cannot hold the schema to start from.
    #[error("{on} cannot hold the schema to start from: {message}\n    {sql}")]
    Start {
        /// What was used.
        on: String,
        /// What it refused.
        sql: String,
        /// Why.
        message: String,
    },
}
