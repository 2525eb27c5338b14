//! An application's own queries, read from its files so that PostgreSQL can prepare them: with the names that sqlc,
//! HugSQL, yesql, aiosql and pgtyped give them, and with parameters in any of the usual spellings.

mod catalog;
mod likeness;
mod names;
mod parameters;
mod suggest;
#[cfg(test)]
mod tests;

pub use catalog::{Catalog, Relation};
pub use names::{is_about_the_catalog, temporary_tables};
pub use suggest::{Suggestion, suggest};

use crate::finding::Span;
use crate::sql::position::Position;
use crate::sql::script::{ScriptError, statements};
use crate::sql::words::leading;

/// A query of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Its name, when the file gives it one.
    pub name: Option<String>,
    /// The file, as messages name it.
    pub file: String,
    /// As it is written.
    pub text: String,
    /// Where it begins.
    pub position: Position,
    /// As PostgreSQL can prepare it: every parameter is `$1`, `$2`, ...
    pub prepared: String,
    /// How many parameters there are.
    pub parameters: usize,
    /// Why it cannot be checked: it is no query, or its text is only complete at run time.
    pub unchecked: Option<&'static str>,
    /// Where stretches of `prepared` come from: (byte in `prepared`, byte in `text`).
    marks: Vec<(usize, usize)>,
}

/// Why a statement that is no query is not checked.
const NO_QUERY: &str = "only queries can be prepared";

impl Query {
    /// A query from its text; `position` is where it begins in `file`.
    pub fn new(name: Option<String>, file: &str, text: &str, position: Position) -> Self {
        let written = parameters::numbered(text);
        let first = leading(text, 1).into_iter().next().unwrap_or_default();
        // None: it begins with a parenthesis.
        let is_query = ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "WITH", "TABLE", ""]
            .contains(&first.as_str());
        let unchecked = if is_query { written.unchecked } else { Some(NO_QUERY) };
        Self {
            name,
            file: file.to_owned(),
            text: text.to_owned(),
            position,
            prepared: written.text,
            parameters: written.count,
            unchecked,
            marks: written.marks,
        }
    }

    /// Whether it is a query at all, and not some other statement.
    pub fn is_query(&self) -> bool {
        self.unchecked != Some(NO_QUERY)
    }

    /// How messages call it.
    pub fn label(&self) -> String {
        match &self.name {
            Some(name) => format!("query {name}"),
            None => "query".to_owned(),
        }
    }

    /// The byte of `prepared` that is its character `column`, from 1.
    pub fn byte_of(&self, character: usize) -> usize {
        self.prepared
            .char_indices()
            .nth(character.saturating_sub(1))
            .map_or(self.prepared.len(), |(byte, _)| byte)
    }

    /// The place in the file of the bytes `start..end` of `prepared`.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let from = self.written(start);
        let to = self.written(end).max(from);
        let at = |byte: usize| self.position.after(self.text.get(..byte).unwrap_or(&self.text));
        let (from, to) = (at(from), at(to));
        Span {
            file: self.file.clone(),
            line: from.line,
            column: from.column,
            end_line: to.line,
            end_column: to.column,
        }
    }

    /// The byte of `text` from which the byte of `prepared` comes.
    fn written(&self, byte: usize) -> usize {
        let mark =
            self.marks.iter().rev().find(|(prepared, _)| *prepared <= byte).copied().unwrap_or_default();
        (mark.1 + (byte - mark.0)).min(self.text.len())
    }
}

/// The queries of a file. A comment that names a query begins a new one, also where the semicolon before it is missing.
///
/// # Errors
/// The file is no script: a quote never ends, or it holds a psql meta-command.
pub fn read(file: &str, text: &str) -> Result<Vec<Query>, ScriptError> {
    let mut queries = Vec::new();
    for section in sections(text) {
        let mut name = section.name.clone();
        for statement in statements(section.text).map_err(|error| moved(error, &section))? {
            let position = shifted(section.position, statement.position);
            queries.push(Query::new(name.take(), file, &statement.text, position));
        }
    }
    Ok(queries)
}

struct Section<'a> {
    name: Option<String>,
    text: &'a str,
    position: Position,
    start: usize,
}

/// The text cut at the comments that name queries.
fn sections(text: &str) -> Vec<Section<'_>> {
    let mut cuts: Vec<(usize, Option<String>)> = vec![(0, None)];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(name) = name_in(line) {
            cuts.push((start, Some(name)));
        }
        start += line.len();
    }
    let ends = cuts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]).collect::<Vec<_>>();
    let mut position = Position::START;
    let mut found = Vec::new();
    for ((start, name), end) in cuts.into_iter().zip(ends) {
        let part = text.get(start..end).unwrap_or_default();
        found.push(Section { name, text: part, position, start });
        position = position.after(part);
    }
    found
}

/// The name in `-- name: GetUser :one`, `-- :name get-user :? :1`, `--name: get_user` or `/* @name GetUser */`.
fn name_in(line: &str) -> Option<String> {
    let line = line.trim();
    let inside = line
        .strip_prefix("--")
        .map(|rest| rest.trim_start_matches('-').trim_start())
        .or_else(|| line.strip_prefix("/*").map(|rest| rest.trim_start_matches('*').trim_start()))?;
    let after = inside
        .strip_prefix(":name ")
        .or_else(|| inside.strip_prefix("@name "))
        .or_else(|| inside.strip_prefix("name:"))?;
    let name = after.split_whitespace().next()?.trim_end_matches("*/");
    (!name.is_empty()).then(|| name.to_owned())
}

/// A position in a section as a position in the file.
fn shifted(section: Position, inside: Position) -> Position {
    if inside.line == 1 {
        Position { line: section.line, column: section.column + inside.column - 1 }
    } else {
        Position { line: section.line + inside.line - 1, column: inside.column }
    }
}

fn moved(mut error: ScriptError, section: &Section<'_>) -> ScriptError {
    error.position = shifted(section.position, error.position);
    error.start += section.start;
    error
}
