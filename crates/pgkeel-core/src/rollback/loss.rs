//! What a script loses, read in its own text, statement by statement. Whether there is anything to lose is for the live
//! database to say.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Class;
use crate::migration::Part;
use crate::object::Kind;
use crate::schema::Id;
use crate::sql::effect::{self, Name, ObjectKind, Origin, What};

/// What is lost when a statement runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// A table with its rows.
    Table(Name),
    /// A column with its values.
    Column(Name, Name),
    /// Everything in a namespace.
    Namespace(Name),
    /// Columns of a type that goes with everything that uses it.
    Type(Name),
    /// Columns of the types of an extension that goes with everything that uses it.
    Extension(Name),
    /// Rows that a statement deletes or overwrites; the word says which.
    Rows(Name, &'static str),
    /// Values that another type may not hold.
    Values {
        /// The table.
        table: Name,
        /// The column.
        column: Name,
        /// The type that they are turned into, as written.
        to: String,
        /// The expression that does it, when there is one.
        using: Option<String>,
    },
    /// All that a role owns.
    Owned,
}

impl Lost {
    /// As a user names it to allow it: `table users`, `column users.email`.
    pub fn object(&self) -> String {
        match self {
            Self::Table(name) => format!("table {name}"),
            Self::Column(table, column) | Self::Values { table, column, .. } => {
                format!("column {table}.{column}")
            }
            Self::Namespace(name) => format!("schema {name}"),
            Self::Type(name) => format!("type {name}"),
            Self::Extension(name) => format!("extension {name}"),
            Self::Rows(name, _) => format!("rows of {name}"),
            Self::Owned => "everything that a role owns".to_owned(),
        }
    }

    /// What is lost, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Table(name) => format!("every row of table {name}"),
            Self::Column(table, column) => format!("every value of column {table}.{column}"),
            Self::Namespace(name) => format!("every row of the tables in schema {name}"),
            Self::Type(name) => format!("every value of the columns of type {name}"),
            Self::Extension(name) => format!("every value of the columns of types of extension {name}"),
            Self::Rows(name, how) => format!("rows of {name}, which are {how}"),
            Self::Values { table, column, to, .. } => {
                format!("values of {table}.{column} that do not fit into {to}")
            }
            Self::Owned => "everything that a role owns".to_owned(),
        }
    }
}

/// A statement of a down script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its line in the script, from 1.
    pub line: usize,
    /// Its first line.
    pub sql: String,
    /// What it loses.
    pub lost: Vec<Lost>,
    /// True when its text does not tell what it does: a `DO` block, a call, dynamic SQL.
    pub opaque: bool,
}

/// What a loss amounts to, for documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// The object, as a user names it to allow the loss.
    pub object: String,
    /// What is lost, in words.
    pub what: String,
    /// The statement that loses it, its first line; null when none of the script's text names it.
    pub statement: Option<String>,
    /// The statement's line in the script.
    pub line: Option<usize>,
    /// Rows or values that are there now; null when they could not be counted.
    pub rows: Option<u64>,
    /// Whether there is something to lose now, as far as is known.
    pub now: bool,
    /// Whether it can be set aside instead: a table or a column that a statement drops by name.
    pub keepable: bool,
}

/// The statements of a part and what each loses. A part that was too large to keep has none.
pub fn statements(part: &Part) -> Vec<Statement> {
    part.in_memory()
        .map(|statement| {
            let reading = statement.reading();
            let happens = |origin: Origin| origin != Origin::Function;
            let effects = || reading.effects.iter().filter(|effect| happens(effect.origin));
            Statement {
                line: statement.position.line,
                sql: statement.text.lines().next().unwrap_or_default().to_owned(),
                lost: effects().flat_map(|effect| lost(&effect.what, &statement.text)).collect(),
                opaque: effects().any(|effect| is_opaque(&effect.what)),
            }
        })
        .collect()
}

fn is_opaque(what: &What) -> bool {
    matches!(what, What::Do { .. } | What::Call { .. } | What::DynamicSql | What::Unknown)
}

fn lost(what: &What, text: &str) -> Vec<Lost> {
    match what {
        What::Drop { kind, names, cascade, .. } => {
            let each = |of: fn(Name) -> Lost| names.iter().cloned().map(of).collect();
            match kind {
                ObjectKind::Table => each(Lost::Table),
                ObjectKind::Namespace if *cascade => each(Lost::Namespace),
                ObjectKind::Type | ObjectKind::Domain if *cascade => each(Lost::Type),
                ObjectKind::Extension if *cascade => each(Lost::Extension),
                ObjectKind::Owned => vec![Lost::Owned],
                _ => vec![],
            }
        }
        What::DropColumn { table, column, .. } => vec![Lost::Column(table.clone(), column.clone())],
        What::Truncate { tables, .. } => {
            tables.iter().map(|table| Lost::Rows(table.clone(), "removed")).collect()
        }
        What::Delete { table, .. } => vec![Lost::Rows(table.clone(), "deleted")],
        What::Update { table, .. } => vec![Lost::Rows(table.clone(), "overwritten")],
        What::Merge { table } => vec![Lost::Rows(table.clone(), "merged over")],
        What::AlterColumnType { table, column, to, using, .. } => {
            vec![Lost::Values {
                table: table.clone(),
                column: column.clone(),
                to: to.range.of(text).to_owned(),
                using: using.as_ref().map(|using| using.text.clone()),
            }]
        }
        _ => vec![],
    }
}

/// What an up part destroyed for good, in words. The way back brings the object back, not what was in it.
pub fn destroyed(up: &Part) -> Vec<String> {
    let own = own_tables(up);
    let is_own = |name: &Name| own.iter().any(|table| table.last() == name.last());
    let mut words: Vec<String> = statements(up)
        .into_iter()
        .flat_map(|statement| statement.lost)
        .filter(|lost| match lost {
            Lost::Values { .. } => false,
            Lost::Table(table) | Lost::Column(table, _) | Lost::Rows(table, _) => !is_own(table),
            _ => true,
        })
        .map(|lost| format!("{}: lost when it was applied, and not brought back", lost.words()))
        .collect();
    words.dedup();
    words
}

/// Whether a part may write rows: by a statement that says so, or by one whose text does not tell what it does. A part too
/// large to keep in memory is one of data.
pub fn writes_rows(part: &Part) -> bool {
    part.pieces.is_none()
        || part.in_memory().any(|statement| {
            let reading = statement.reading();
            reading.effects.iter().filter(|effect| effect.origin != Origin::Function).any(|effect| {
                match &effect.what {
                    // What its body does is among the effects; a body that was not understood says so by itself.
                    What::Do { language } => !language.eq_ignore_ascii_case("plpgsql"),
                    What::Insert { .. } | What::Update { .. } | What::Delete { .. } | What::Merge { .. } => {
                        true
                    }
                    What::Truncate { .. } | What::Copy { .. } | What::Select => true,
                    what => is_opaque(what),
                }
            })
        })
}

/// Tables that a part creates or gives new columns: what it then does to their rows fills what was not there before.
fn own_tables(up: &Part) -> Vec<Name> {
    let mut own = Vec::new();
    for statement in up.in_memory() {
        for effect in &statement.reading().effects {
            match &effect.what {
                What::CreateTable(table) => own.push(table.name.clone()),
                What::CreateTableAs { name, .. } => own.push(name.clone()),
                What::AddColumn { table, .. } => own.push(table.clone()),
                _ => {}
            }
        }
    }
    own
}

/// Adds what was gone after a script on a scratch database and no statement names: it is put down to the first statement
/// whose text does not tell what it does.
pub fn add_unnamed(statements: &mut [Statement], dropped: &BTreeSet<Id>) {
    let named: BTreeSet<String> =
        statements.iter().flat_map(|statement| &statement.lost).flat_map(names).collect();
    let Some(opaque) = statements.iter_mut().find(|statement| statement.opaque) else { return };
    for id in dropped.iter().filter(|id| id.parts.last().is_some_and(|name| !named.contains(name))) {
        let name = |parts: &[String]| Name { parts: parts.to_vec(), range: effect::TextRange::default() };
        match (id.kind, id.parts.as_ref()) {
            (Kind::Table, parts) => opaque.lost.push(Lost::Table(name(parts))),
            (Kind::Column, [table @ .., column]) => {
                opaque.lost.push(Lost::Column(name(table), name(std::slice::from_ref(column))));
            }
            _ => {}
        }
    }
}

/// The innermost names of what is lost.
fn names(lost: &Lost) -> Vec<String> {
    match lost {
        Lost::Table(name) | Lost::Column(_, name) => vec![name.last().to_owned()],
        _ => vec![],
    }
}

/// How far a migration can be taken back: by what its up part destroyed, and what its down part loses.
pub fn class(destroyed: &[String], down: &[Statement]) -> Class {
    if !destroyed.is_empty() {
        Class::Irreversible
    } else if down.iter().any(|statement| !statement.lost.is_empty()) {
        Class::ReversibleWithLoss
    } else {
        Class::Reversible
    }
}

#[cfg(test)]
mod tests;
