//! How work that cannot be one transaction is cut: transactions where that is possible, single statements where
//! it is not, and what an earlier run has done left as it was.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use pgkeel_core::migration::Part;
use pgkeel_core::sql::script::{Piece, Statement};
use pgkeel_core::sql::secrets::masked;
use pgkeel_core::sql::words::leading;
use sha2::{Digest, Sha256};

use super::resume::Noted;
use super::transaction::file_name;
use super::{Work, runs_alone};
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
    /// Its statements, by their number among those of the work, from 0.
    pub(super) statements: RangeInclusive<usize>,
    /// The one statement, when PostgreSQL refuses it inside a transaction block.
    pub(super) alone: Option<Statement>,
    text: String,
    digest: Sha256,
}

impl Unit {
    fn new(number: usize, index: usize, statement: &Statement, shown: &str, alone: bool) -> Self {
        let mut unit = Self {
            number,
            statements: index..=index,
            alone: alone.then(|| statement.clone()),
            text: String::new(),
            digest: Sha256::new(),
        };
        unit.add(shown);
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
        let mut text = masked(&self.text);
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
    pub(super) fn adjust(&mut self, error: &StatementError, part: &Part) -> bool {
        let Some(index) = error.statement else { return false };
        match error.sqlstate.as_deref() {
            Some("25001") if may_run_alone(part, index) => self.alone.insert(index),
            Some("2D000") if part.directives.no_transaction => self.alone.insert(index),
            Some("55P04") if index > 0 => self.before.insert(index),
            _ => false,
        }
    }
}

/// `SET TRANSACTION` is refused with the same code, and has no meaning alone.
fn may_run_alone(part: &Part, index: usize) -> bool {
    let Some(statement) = part.in_memory().nth(index) else { return part.pieces.is_none() };
    let may = ["CREATE", "DROP", "ALTER", "REINDEX", "VACUUM", "CLUSTER", "DISCARD"];
    leading(&statement.text, 1).first().is_some_and(|word| may.contains(&word.as_str()))
}

/// Cuts work into units. With `transaction=off` every statement is its own. What `noted` says of steps that are
/// done, or were begun alone, holds.
pub(super) fn units(work: &Work<'_>, cutting: &Cutting, noted: &[Noted]) -> Result<Vec<Unit>, Error> {
    let part = work.script.part;
    let mut pieces = Pieces::of(part, &work.folder.join(file_name(&part.file)))?;
    let mut units: Vec<Unit> = Vec::new();
    let mut index = 0;
    while let Some(piece) = pieces.next()? {
        let statement = match &*piece {
            Piece::Statement(statement) => statement,
            Piece::CopyData(data) => {
                // It belongs to the COPY before it, which is in a unit.
                if let Some(unit) = units.last_mut() {
                    unit.add(data);
                }
                continue;
            }
            Piece::Comment { .. } => continue,
        };
        let shown = work.shown(index, &statement.text);
        let done =
            noted.iter().find(|step| step.finished && (step.note.first..=step.note.last).contains(&index));
        let begun_alone = noted
            .iter()
            .any(|Noted { note, .. }| note.alone && note.first == index && note.text == masked(shown));
        let alone = match done {
            Some(step) => step.note.alone,
            None => begun_alone || cutting.alone.contains(&index) || runs_alone(statement),
        };
        let joins = if let Some(step) = done {
            step.note.first < index
        } else {
            let behind_done = noted.iter().any(|step| step.finished && step.note.last + 1 == index);
            !alone
                && !behind_done
                && !part.directives.no_transaction
                && !cutting.before.contains(&index)
                && !work.apart.contains(&index)
                && !index.checked_sub(1).is_some_and(|before| work.apart.contains(&before))
        };
        match units.last_mut() {
            Some(unit) if joins && unit.alone.is_none() => {
                unit.statements = *unit.statements.start()..=index;
                unit.add(shown);
            }
            _ => units.push(Unit::new(units.len() + 1, index, statement, shown, alone)),
        }
        index += 1;
    }
    Ok(units)
}

/// Of the steps of a migration that are done, the first that reads differently in its file now: `migrate` refuses it. None
/// also for a file too large for memory, which only `migrate` reads.
pub(crate) fn changed_step(part: &Part, done: &[Note]) -> Option<usize> {
    let pieces = part.pieces.as_deref()?;
    let reads_as_noted = |note: &Note| {
        let mut unit: Option<Unit> = None;
        let mut index = 0;
        for piece in pieces {
            match (piece, &mut unit) {
                (Piece::Statement(statement), unit) => {
                    if (note.first..=note.last).contains(&index) {
                        match unit {
                            Some(unit) => unit.add(&statement.text),
                            None => {
                                *unit = Some(Unit::new(note.step, index, statement, &statement.text, false));
                            }
                        }
                    }
                    index += 1;
                }
                // It belongs to the COPY before it.
                (Piece::CopyData(data), Some(unit)) if index <= note.last + 1 => unit.add(data),
                (Piece::CopyData(_) | Piece::Comment { .. }, _) => {}
            }
        }
        unit.is_some_and(|unit| unit.note().text == note.text)
    };
    done.iter().find(|note| !reads_as_noted(note)).map(|note| note.step)
}
