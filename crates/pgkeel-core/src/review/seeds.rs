//! The rows of a seed file as its text has them, for comparing them with the constraints that migrations make.

use super::source::File;
use crate::seed::{Data, Format, Rows, read};
use crate::sql::effect::{ConflictTarget, Expression, TextRange, listed_rows};

/// A row that a seed writes.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedRow {
    /// `namespace.name` of the table.
    pub table: String,
    /// Its bytes in the file.
    pub range: TextRange,
    /// Its values by column; without names, by their place.
    pub values: Vec<(Column, Value)>,
    /// By what a row that is there already is known.
    pub known_by: KnownBy,
}

/// By what a seed knows a row that is there already, and changes or leaves it instead of being refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownBy {
    /// By nothing: it is refused.
    Nothing,
    /// By whichever unique constraint.
    AnyKey,
    /// By the table's primary key.
    PrimaryKey,
    /// By these columns.
    Columns(Vec<String>),
    /// By the columns of this constraint.
    Constraint(String),
}

/// Which column a value is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// By name.
    Named(String),
    /// By place, from 0.
    At(usize),
}

/// A value of a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `NULL`.
    Null,
    /// A string constant.
    Text(String),
    /// A number, `true`, as written.
    Plain(String),
    /// Only PostgreSQL can tell.
    Unknown,
}

/// A row that PostgreSQL refused when the seeds were loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeedRefusal {
    /// The file's path.
    pub file: String,
    /// The line on which the row or its statement begins, from 1; none of what was only told at the end of the file.
    pub line: Option<usize>,
    /// SQLSTATE.
    pub code: String,
    /// PostgreSQL's words.
    pub message: String,
    /// Its DETAIL.
    pub detail: Option<String>,
    /// `namespace.name` of the table, when it is named.
    pub table: Option<String>,
    /// The column, when it is named.
    pub column: Option<String>,
    /// The type, when it is a domain's constraint.
    pub data_type: Option<String>,
    /// The constraint, or the index that keeps one.
    pub constraint: Option<String>,
}

/// The rows of a seed, as far as its text tells them; a file that cannot be read has none.
pub(super) fn rows_of(file: &File) -> Vec<SeedRow> {
    match Format::of(file.name()) {
        Some(Format::Sql) => of_script(file),
        Some(format) => {
            read(format, &file.path, &file.text).map_or_else(|_| Vec::new(), |rows| of_rows(file, &rows))
        }
        None => Vec::new(),
    }
}

fn of_script(file: &File) -> Vec<SeedRow> {
    let mut rows = Vec::new();
    for (_, statement) in file.up() {
        let Some(listed) = listed_rows(file.text_of(statement)) else { continue };
        let table = format!("{}.{}", listed.table.namespace().unwrap_or("public"), listed.table.last());
        for (range, values) in &listed.rows {
            let named = values.iter().enumerate().filter_map(|(at, value)| {
                let column = match &listed.columns {
                    Some(columns) => Column::Named(columns.get(at)?.last().to_owned()),
                    None => Column::At(at),
                };
                Some((column, value.as_ref().map_or(Value::Unknown, constant)))
            });
            rows.push(SeedRow {
                table: table.clone(),
                range: range.shifted(statement.range.start),
                values: named.collect(),
                known_by: known_by(listed.conflict.as_ref()),
            });
        }
    }
    rows
}

fn known_by(conflict: Option<&ConflictTarget>) -> KnownBy {
    match conflict {
        None => KnownBy::Nothing,
        Some(ConflictTarget::Any) => KnownBy::AnyKey,
        Some(ConflictTarget::Columns(columns)) => KnownBy::Columns(columns.clone()),
        Some(ConflictTarget::Constraint(name)) => KnownBy::Constraint(name.clone()),
    }
}

fn constant(value: &Expression) -> Value {
    match value.as_string() {
        Some(text) => Value::Text(text.to_owned()),
        None if value.is_null() => Value::Null,
        None if value.constant && value.strings.is_empty() => Value::Plain(value.text.clone()),
        None => Value::Unknown,
    }
}

fn of_rows(file: &File, rows: &Rows) -> Vec<SeedRow> {
    let table = match rows.table.as_slice() {
        [name] => format!("public.{name}"),
        parts => parts.join("."),
    };
    let row = |line: usize, values: Vec<(Column, Value)>| SeedRow {
        table: table.clone(),
        range: file.line_range(line),
        values,
        known_by: rows.key.clone().map_or(KnownBy::PrimaryKey, KnownBy::Columns),
    };
    match &rows.data {
        Data::Objects(objects) => objects
            .iter()
            .map(|object| {
                let values = object.values.iter().map(|(name, value)| {
                    let value = match value {
                        serde_json::Value::Null => Value::Null,
                        serde_json::Value::String(text) => Value::Text(text.clone()),
                        serde_json::Value::Number(_) | serde_json::Value::Bool(_) => {
                            Value::Plain(value.to_string())
                        }
                        _ => Value::Unknown,
                    };
                    (Column::Named(name.clone()), value)
                });
                row(object.line, values.collect())
            })
            .collect(),
        Data::Csv { text, first_line } => {
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let records = reader.records().filter_map(Result::ok);
            records
                .map(|record| {
                    let line = record.position().map_or(1, csv::Position::line);
                    // An empty value is NULL without quotes and a text with them; the reader does not say which.
                    let value = |text: &str| {
                        if text.is_empty() { Value::Unknown } else { Value::Text(text.to_owned()) }
                    };
                    let values = rows
                        .columns
                        .iter()
                        .zip(&record)
                        .map(|(name, text)| (Column::Named(name.clone()), value(text)));
                    row(first_line + usize::try_from(line).unwrap_or(1) - 1, values.collect())
                })
                .collect()
        }
    }
}
