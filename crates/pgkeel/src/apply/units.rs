//! How a migration that cannot be one transaction is cut: transactions where that is possible, single statements where
//! it is not, and what an earlier run has done left as it was.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::path::Path;

use pgkeel_core::migration::Migration;
use pgkeel_core::sql::script::{Piece, Statement};
use pgkeel_core::sql::words::leading;
use sha2::{Digest, Sha256};

use super::resume::Noted;
use super::runs_alone;
use super::transaction::file_name;
use crate::error::Error;
use crate::pieces::Pieces;
use crate::statement_error::StatementError;
use crate::store::Note;

/// A longer text is told by its beginning and a digest.
const SHORT: usize = 4000;

/// What is run together, or one statement that is run alone.
pub(super) struct Unit {
    /// Number in the journal, from 1.
    pub(super) number: usize,
    /// Its statements, by their number in the migration, from 0.
    pub(super) statements: RangeInclusive<usize>,
    /// The one statement, when PostgreSQL refuses it inside a transaction block.
    pub(super) alone: Option<Statement>,
    text: String,
    digest: Sha256,
}

impl Unit {
    fn new(number: usize, index: usize, statement: &Statement, alone: bool) -> Self {
        let mut unit = Self {
            number,
            statements: index..=index,
            alone: alone.then(|| statement.clone()),
            text: String::new(),
            digest: Sha256::new(),
        };
        unit.add(&statement.text);
        unit
    }

    fn add(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push_str(";\n");
        }
        self.digest.update(text);
        self.digest.update([0]);
        if self.text.len() <= SHORT {
            self.text.push_str(text);
        }
    }

    /// What the journal holds of it: enough to see on resuming that it is still the same.
    pub(super) fn note(&self) -> Note {
        let mut text = self.text.clone();
        if text.len() > SHORT {
            text = text.chars().take(SHORT / 4).collect();
            text.push_str("... sha256:");
            for byte in self.digest.clone().finalize() {
                // Writing to a String cannot fail.
                let _ = write!(text, "{byte:02x}");
            }
        }
        Note {
            step: self.number,
            first: *self.statements.start(),
            last: *self.statements.end(),
            alone: self.alone.is_some(),
            text,
            indexes: None,
        }
    }
}

/// What only the server could tell about where to cut.
#[derive(Debug, Default, Clone)]
pub(super) struct Cutting {
    /// Statements that turned out to be refused inside a transaction.
    alone: BTreeSet<usize>,
    /// Statements before which a transaction has to end: they use an enum value that one before them adds.
    before: BTreeSet<usize>,
}

impl Cutting {
    /// Takes in what a failure says; true when it may well go through when cut anew.
    pub(super) fn adjust(&mut self, error: &StatementError, migration: &Migration) -> bool {
        let Some(index) = error.statement else { return false };
        match error.sqlstate.as_deref() {
            Some("25001") if may_run_alone(migration, index) => self.alone.insert(index),
            Some("2D000") if migration.up.directives.no_transaction => self.alone.insert(index),
            Some("55P04") if index > 0 => self.before.insert(index),
            _ => false,
        }
    }
}

/// `SET TRANSACTION` is refused with the same code, and has no meaning alone.
fn may_run_alone(migration: &Migration, index: usize) -> bool {
    let Some(statement) = migration.up.in_memory().nth(index) else { return migration.up.pieces.is_none() };
    let may = ["CREATE", "DROP", "ALTER", "REINDEX", "VACUUM", "CLUSTER", "DISCARD"];
    leading(&statement.text, 1).first().is_some_and(|word| may.contains(&word.as_str()))
}

/// Cuts a migration into units. With `transaction=off` every statement is its own. What `noted` says of steps that are
/// done, or were begun alone, holds.
pub(super) fn units(
    migration: &Migration,
    folder: &Path,
    cutting: &Cutting,
    noted: &[Noted],
) -> Result<Vec<Unit>, Error> {
    let mut pieces = Pieces::of(&migration.up, &folder.join(file_name(&migration.up.file)))?;
    let mut units: Vec<Unit> = Vec::new();
    let mut index = 0;
    while let Some(piece) = pieces.next()? {
        let statement = match piece {
            Piece::Statement(statement) => statement,
            Piece::CopyData(data) => {
                // It belongs to the COPY before it, which is in a unit.
                if let Some(unit) = units.last_mut() {
                    unit.add(&data);
                }
                continue;
            }
            Piece::Comment { .. } => continue,
        };
        let done =
            noted.iter().find(|step| step.finished && (step.note.first..=step.note.last).contains(&index));
        let begun_alone = noted
            .iter()
            .any(|Noted { note, .. }| note.alone && note.first == index && note.text == statement.text);
        let alone = match done {
            Some(step) => step.note.alone,
            None => begun_alone || cutting.alone.contains(&index) || runs_alone(&statement),
        };
        let joins = if let Some(step) = done {
            step.note.first < index
        } else {
            let behind_done = noted.iter().any(|step| step.finished && step.note.last + 1 == index);
            !alone
                && !behind_done
                && !migration.up.directives.no_transaction
                && !cutting.before.contains(&index)
        };
        match units.last_mut() {
            Some(unit) if joins && unit.alone.is_none() => {
                unit.statements = *unit.statements.start()..=index;
                unit.add(&statement.text);
            }
            _ => units.push(Unit::new(units.len() + 1, index, &statement, alone)),
        }
        index += 1;
    }
    Ok(units)
}
