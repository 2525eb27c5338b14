//! A statement of a file that the server refused: where, why, and what is applied in spite of it.

use std::fmt;

use pgkeel_core::sql::position::{Position, beneath};
use tokio_postgres::error::DbError;

/// Everything that is known about it.
#[derive(Debug, Clone)]
pub struct StatementError {
    /// The file, as messages name it.
    pub file: String,
    /// Line and column: of the word that PostgreSQL complains about when it says so, else of the statement.
    pub position: Position,
    /// True when PostgreSQL named the very word.
    pub exact: bool,
    /// The line at `position`, when the text is at hand.
    pub line: Option<String>,
    /// PostgreSQL's code, documentation appendix A.
    pub sqlstate: Option<String>,
    /// PostgreSQL's message.
    pub message: String,
    /// Its DETAIL.
    pub detail: Option<String>,
    /// Its HINT, or what pgkeel knows to do.
    pub hint: Option<String>,
    /// Its CONTEXT: which function, which line in it.
    pub context: Option<String>,
    /// Which statement of the file, from 0.
    pub statement: Option<usize>,
    /// What PostgreSQL names beside its words.
    pub names: Names,
    /// What became of this migration and of those before it, in words.
    pub outcome: String,
}

/// The objects that an error is about, as PostgreSQL names them in fields of their own (documentation section 54.8), and its
/// message without anything added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// PostgreSQL's own words.
    pub message: String,
    /// The namespace of the table, type or constraint.
    pub namespace: Option<String>,
    /// The table.
    pub table: Option<String>,
    /// The column.
    pub column: Option<String>,
    /// The type, such as a domain.
    pub data_type: Option<String>,
    /// The constraint, or the index that keeps one.
    pub constraint: Option<String>,
    /// The row of a seed, from 1, when it is known.
    pub row: Option<usize>,
}

impl Names {
    /// What an error of the server names.
    pub(crate) fn of(db: &DbError) -> Self {
        let owned = |name: Option<&str>| name.map(str::to_owned);
        Self {
            message: db.message().to_owned(),
            namespace: owned(db.schema()),
            table: owned(db.table()),
            column: owned(db.column()),
            data_type: owned(db.datatype()),
            constraint: owned(db.constraint()),
            row: None,
        }
    }
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.sqlstate.as_deref().map(|code| format!(" [{code}]")).unwrap_or_default();
        writeln!(f, "{}:{}:{}: {}{code}", self.file, self.position.line, self.position.column, self.message)?;
        if let Some(line) = &self.line {
            let number = self.position.line.to_string();
            let margin = " ".repeat(number.len());
            let (shown, caret) = frame(line, self.position.column);
            writeln!(f, "{margin} |\n{number} | {shown}\n{margin} | {caret}^")?;
        }
        for (name, text) in [("detail", &self.detail), ("hint", &self.hint), ("context", &self.context)] {
            if let Some(text) = text {
                writeln!(f, "{name}: {text}")?;
            }
        }
        write!(f, "{}", self.outcome)
    }
}

impl std::error::Error for StatementError {}

/// The part of a line that is worth showing, and what stands before the caret under it.
fn frame(line: &str, column: usize) -> (String, String) {
    const WIDTH: usize = 160;
    let start = (column.saturating_sub(1)).saturating_sub(WIDTH / 2);
    let start = if line.chars().count() <= WIDTH { 0 } else { start };
    let shown: String =
        line.chars().skip(start).take(WIDTH).filter(|c| *c == '\t' || !c.is_control()).collect();
    let before: String =
        line.chars().skip(start).take(column.saturating_sub(1).saturating_sub(start)).collect();
    (shown, beneath(&before))
}
