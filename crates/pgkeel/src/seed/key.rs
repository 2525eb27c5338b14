//! The columns by which the rows of a seed are known, and whether the table has the columns that it names.

use pgkeel_core::seed::Rows;
use pgkeel_core::sql::ident::{Ident, Literal};
use pgkeel_core::sql::position::Position;

use crate::answer::{Row, text, truth};
use crate::statement_error::{Names, StatementError};

/// A seed's table, as SQL text.
pub(super) fn table(rows: &Rows) -> String {
    rows.table.iter().map(|part| Ident(part).to_string()).collect::<Vec<_>>().join(".")
}

/// One row per column (`column`, name, whether identity), one per key (`key`, names by line, whether primary).
pub(super) fn query(rows: &Rows) -> String {
    include_str!("key.sql").replace("{table}", &Literal(&table(rows)).to_string())
}

/// What the catalog says about a seed's table.
pub(super) struct Described {
    /// The key's columns.
    pub(super) key: Vec<String>,
    /// An identity column is among those of the seed.
    pub(super) has_identity: bool,
}

/// Reads the answer to [`query`].
pub(super) fn describe(rows: &Rows, answer: &[Row]) -> Result<Described, Box<StatementError>> {
    let of = |kind: &'static str| answer.iter().filter(move |row| text(row, 0) == kind);
    let known: Vec<String> = of("column").map(|row| text(row, 1)).collect();
    if known.is_empty() {
        return Err(complaint(rows, format!("there is no table {}", table(rows)), None));
    }
    if let Some(unknown) =
        rows.columns.iter().chain(rows.key.iter().flatten()).find(|name| !known.contains(name))
    {
        let message = format!("table {} has no column {}", table(rows), Ident(unknown));
        return Err(complaint(rows, message, Some(format!("its columns are {}", known.join(", ")))));
    }
    let named =
        |row: &&Row| text(row, 1).lines().all(|name| rows.columns.iter().any(|column| column == name));
    // The primary key first, then the others as the catalog lists them.
    let mut keys: Vec<&Row> = of("key").filter(named).collect();
    keys.sort_by_key(|row| !truth(row, 2));
    let found = keys.first().map(|row| text(row, 1).lines().map(str::to_owned).collect());
    let Some(key) = rows.key.clone().or(found) else {
        let message = format!("nothing tells which rows of {} are which", table(rows));
        let hint = "name columns of a primary key or unique constraint in the file, or say key=COLUMN,...";
        return Err(complaint(rows, message, Some(hint.to_owned())));
    };
    let has_identity = of("column").any(|row| truth(row, 2) && rows.columns.contains(&text(row, 1)));
    Ok(Described { key, has_identity })
}

fn complaint(rows: &Rows, message: String, hint: Option<String>) -> Box<StatementError> {
    Box::new(StatementError {
        file: rows.file.clone(),
        position: Position::START,
        exact: false,
        line: None,
        sqlstate: None,
        message,
        detail: None,
        hint,
        context: None,
        statement: None,
        names: Names::default(),
        outcome: String::new(),
    })
}
