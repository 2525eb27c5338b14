//! A failed batch, told in terms of the user's file.

use pgkeel_core::event::Blocker;
use pgkeel_core::sql::batch::{Batch, Purpose};
use pgkeel_core::sql::position::Position;
use pgkeel_core::sql::value_rows::{self, ValueRow};
use tokio_postgres::error::{DbError, ErrorPosition};

use super::Script;
use super::culprit::{READ_ONLY, culprit};
use super::inside::line_of_block;
use crate::error::{Error, ends_the_connection};
use crate::statement_error::{Names, StatementError};

/// Why a migration did not go through.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A statement of the user's failed. The transaction, if there was one, is rolled back.
    Statement(Box<StatementError>),
    /// The connection is gone: whether the transaction was committed is not known here.
    Disconnected(Error),
    /// Anything else.
    Other(Error),
}

impl Failure {
    /// A question of our own that failed: the connection is gone, or the server refused it.
    pub(crate) fn of(error: Error) -> Self {
        if error.is_disconnect() { Self::Disconnected(error) } else { Self::Other(error) }
    }

    /// The same for a question that is not asked again.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Statement(error) => Error::Statement(error),
            Self::Disconnected(error) | Self::Other(error) => error,
        }
    }

    /// True when the same transaction may well go through a moment later: lock timeout, deadlock, serialization.
    pub(crate) fn is_transient(&self) -> bool {
        let Self::Statement(error) = self else { return false };
        matches!(error.sqlstate.as_deref(), Some("55P03" | "40P01" | "40001"))
    }

    /// Adds to a lock that was not to be had who held it, and how often it was tried.
    pub(super) fn name(&mut self, blockers: &[Blocker], tries: u32) {
        let Self::Statement(error) = self else { return };
        if error.sqlstate.as_deref() != Some("55P03") || error.detail.is_some() || blockers.is_empty() {
            return;
        }
        let names: Vec<String> = blockers.iter().map(Blocker::to_string).collect();
        let times = if tries == 1 { "once".to_owned() } else { format!("{tries} times") };
        error.detail = Some(format!("It was tried {times}, and waited for {}", names.join("; ")));
    }
}

/// What the server said of a batch.
pub(super) struct Refusal {
    /// Its error.
    pub(super) error: tokio_postgres::Error,
    /// Statements of the batch that completed before.
    pub(super) completed: usize,
}

impl Refusal {
    /// The failure in terms of the script's file. `statement` finds a statement's text for the line shown.
    pub(super) fn explain(self, script: &Script<'_>, batch: &Batch) -> Failure {
        let Some(db) = self.error.as_db_error().filter(|_| !ends_the_connection(&self.error)) else {
            let doing = format!("applying {}", script.label);
            return Failure::Disconnected(Error::Server { doing, source: self.error });
        };
        let named = match db.position() {
            Some(ErrorPosition::Original(at)) => batch.locate(*at as usize),
            _ => None,
        };
        let place = match named {
            Some((segment, inside)) => Some((&segment.purpose, inside, true)),
            None => batch.segments().get(self.completed).map(|segment| (&segment.purpose, 0, false)),
        };
        match place {
            Some((Purpose::User { index, position }, inside, exact)) => {
                Failure::Statement(Box::new(at_statement(script, *index, *position, inside, exact, db)))
            }
            Some((Purpose::Own(what), ..)) => own_statement(script, what, db),
            None => Failure::Other(Error::Server {
                doing: format!("applying {}", script.label),
                source: self.error,
            }),
        }
    }
}

/// A failure of one of the user's statements, `inside` characters behind its beginning.
pub(super) fn at_statement(
    script: &Script<'_>,
    index: usize,
    start: Position,
    inside: usize,
    exact: bool,
    db: &DbError,
) -> StatementError {
    let statement = script.part.in_memory().nth(index);
    let text = statement.map(|s| s.text.as_str()).unwrap_or_default();
    // Of what happens in a block, the server tells the line.
    let in_block = || db.where_().and_then(|context| line_of_block(text, context));
    let row = if exact { None } else { row_of_values(text, db) };
    let inside = match &row {
        Some((row, _)) => text.get(..row.start).map_or(inside, |before| before.chars().count()),
        None if exact => inside,
        None => in_block().unwrap_or(inside),
    };
    let which = row.map(|(_, words)| words).unwrap_or_default();
    let position = start.after(&text.chars().take(inside).collect::<String>());
    StatementError {
        file: script.part.file.clone(),
        position,
        exact,
        line: None,
        sqlstate: Some(db.code().code().to_owned()),
        message: format!("{}: {}{which}", db.severity().to_ascii_lowercase(), db.message()),
        detail: db.detail().map(str::to_owned),
        hint: db.hint().map_or_else(|| advice(db.code().code(), script), |hint| Some(hint.to_owned())),
        context: db.where_().map(str::to_owned),
        statement: Some(index),
        names: Names::of(db),
        outcome: String::new(),
    }
}

/// The row of an `INSERT ... VALUES` of many that was refused, as far as the constants in it tell, and the words for it.
fn row_of_values(text: &str, db: &DbError) -> Option<(ValueRow, String)> {
    if db.code().code() == "21000" {
        let (former, later) = value_rows::same_key(text)?;
        return Some((
            later,
            format!(" (row {} of VALUES has the key of row {})", later.number, former.number),
        ));
    }
    // What a function did to another table is not told by this statement's rows.
    let detail = db.detail().filter(|_| db.where_().is_none())?;
    let row = value_rows::refused(text, detail, db.code().code() == "23505")?;
    Some((row, format!(" (row {} of VALUES)", row.number)))
}

/// What pgkeel knows to do when PostgreSQL gives no hint.
pub(crate) fn advice(code: &str, script: &Script<'_>) -> Option<String> {
    let text = match code {
        "2D000" if !script.part.directives.no_transaction => {
            "a procedure that commits cannot run in a transaction: put `-- pgkeel: transaction=off` at the top of the file"
        }
        READ_ONLY => {
            "what pgkeel records is written in the transaction of the script: leave SET TRANSACTION READ ONLY and \
             default_transaction_read_only out of it"
        }
        "PKL01" => {
            "take pg_advisory_unlock_all() and DISCARD ALL out of it: pgkeel itself releases the locks that a script leaves"
        }
        "42501" => {
            "the role that migrates needs this right: let the owner of the object grant it, or run as the owner \
             (`role` in [migrations.settings])"
        }
        "53100" => "free space on the server's disk, then run the command again",
        "53200" => "raise max_locks_per_transaction on the server, or split the migration into several",
        "55P03" => {
            "end the session that holds the lock, or give it more time: `-- pgkeel: lock-timeout 1min` at the top of the \
             file, or lock_timeout and retries in [migrations]"
        }
        "57014" => {
            "`-- pgkeel: statement-timeout ...` at the top of the file, or statement_timeout in [migrations], gives it more \
             time"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// COMMIT itself can fail (deferred constraints), and so can the guard: neither has a line of the user's.
fn own_statement(script: &Script<'_>, what: &str, db: &DbError) -> Failure {
    let (at, position) = culprit(script, db.code().code())
        .map_or((None, Position::START), |(index, position)| (Some(index), position));
    let mut error = while_doing(script, position, &format!("about to {what}"), db);
    error.statement = at;
    Failure::Statement(Box::new(error))
}

/// A failure of a statement of pgkeel's own, at the place of the file for which it was sent.
pub(crate) fn while_doing(
    script: &Script<'_>,
    position: Position,
    doing: &str,
    db: &DbError,
) -> StatementError {
    let code = db.code().code();
    // Its own text is in the context of what its own functions do: nothing that a user could find anywhere.
    let context = db.where_().filter(|_| !code.starts_with("PKL") && code != READ_ONLY);
    StatementError {
        file: script.part.file.clone(),
        position,
        exact: false,
        line: None,
        sqlstate: Some(code.to_owned()),
        message: format!("while pgkeel was {doing}: {}", db.message()),
        detail: db.detail().map(str::to_owned),
        hint: db.hint().map_or_else(|| advice(code, script), |hint| Some(hint.to_owned())),
        context: context.map(str::to_owned),
        statement: None,
        names: Names::of(db),
        outcome: String::new(),
    }
}
