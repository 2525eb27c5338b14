//! One statement of a script.

use std::sync::{Arc, OnceLock};

use crate::sql::effect::{self, Reading};
use crate::sql::position::Position;

/// What is read in a longer statement is not kept: it would take many times its size.
const KEPT: usize = 64 * 1024;

/// One statement as the user wrote it, without its semicolon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// From the first token to the last, comments inside included.
    pub text: String,
    /// Offset of the first byte from the start of the text.
    pub start: usize,
    /// Line and column of the first character.
    pub position: Position,
    /// True when `standard_conforming_strings` is off where the statement stands, by an earlier `SET`.
    pub backslash_escapes: bool,
    /// True for `COPY ... FROM stdin`: its data follows as [`super::Piece::CopyData`].
    pub copies_in: bool,
    pub(super) read: Read,
}

impl Statement {
    /// A statement that stands in no file; `position` is what messages call its place.
    pub fn new(text: String, position: Position) -> Self {
        Self { text, start: 0, position, backslash_escapes: false, copies_in: false, read: Read::default() }
    }

    /// Another statement in the same place.
    #[must_use]
    pub fn with_text(&self, text: String) -> Self {
        Self { text, ..self.clone() }
    }

    /// What it does. It is parsed the first time only: before a run several ask for it.
    pub fn reading(&self) -> Arc<Reading> {
        if self.text.len() > KEPT {
            return Arc::new(effect::read(&self.text));
        }
        Arc::clone(self.read.0.get_or_init(|| Arc::new(effect::read(&self.text))))
    }
}

/// What was read in a statement, as soon as somebody asked. It is no part of its value, and a copy, which may be given another
/// text, begins without.
#[derive(Debug, Default)]
pub(super) struct Read(OnceLock<Arc<Reading>>);

impl Clone for Read {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Read {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Read {}
