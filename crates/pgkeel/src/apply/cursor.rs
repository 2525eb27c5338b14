//! The pieces of a script, unit by unit, from memory or once more from a large file.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use pgkeel_core::sql::script::Piece;

use super::Script;
use super::transaction::file_name;
use super::units::Unit;
use crate::error::Error;
use crate::pieces::Pieces;

/// The pieces of a script, which units take in their order, and some of them more than once.
pub(super) struct Cursor<'a> {
    script: &'a Script<'a>,
    path: PathBuf,
    pieces: Pieces<'a>,
    /// The statement to which the last piece belonged.
    at: Option<usize>,
    /// A piece that was read and belongs to the next unit.
    kept: Option<Cow<'a, Piece>>,
    /// The unit that is being read.
    unit: usize,
    ended: bool,
}

impl<'a> Cursor<'a> {
    /// At the beginning of the script.
    pub(super) fn of(script: &'a Script<'a>, folder: &Path) -> Result<Self, Error> {
        let path = folder.join(file_name(&script.part.file));
        let pieces = Pieces::of(script.part, &path)?;
        Ok(Self { script, path, pieces, at: None, kept: None, unit: 0, ended: true })
    }

    /// The next piece of a unit. After the last one the unit begins anew, from the start of the file if need be.
    pub(super) fn next_of(&mut self, unit: &Unit) -> Result<Option<Cow<'a, Piece>>, Error> {
        let begins = self.unit != unit.number || self.ended;
        if begins {
            self.unit = unit.number;
            self.ended = false;
            let next = self.at.map_or(0, |at| if self.kept.is_some() { at } else { at + 1 });
            if next > *unit.statements.start() {
                self.pieces = Pieces::of(self.script.part, &self.path)?;
                self.at = None;
                self.kept = None;
            }
        }
        loop {
            let piece = if let Some(piece) = self.kept.take() {
                piece
            } else {
                let Some(piece) = self.pieces.next()? else {
                    self.ended = true;
                    return Ok(None);
                };
                if matches!(*piece, Piece::Statement(_)) {
                    self.at = Some(self.at.map_or(0, |at| at + 1));
                }
                piece
            };
            let Some(at) = self.at else { continue };
            if at > *unit.statements.end() {
                self.kept = Some(piece);
                self.ended = true;
                return Ok(None);
            }
            if unit.statements.contains(&at) {
                return Ok(Some(piece));
            }
        }
    }
}
