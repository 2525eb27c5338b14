//! The pieces of a migration's up part, one after the other, from memory or once more from a large file.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use pgkeel_core::migration::{Checksum, Part, reader::Reader};
use pgkeel_core::sql::script::Piece;

use crate::discover::Portions;
use crate::error::Error;

/// Hands out pieces.
pub(crate) enum Pieces<'a> {
    /// The file was small enough to keep.
    Memory(std::slice::Iter<'a, Piece>),
    /// It was not.
    File(Box<Reading>),
}

pub(crate) struct Reading {
    portions: Portions,
    reader: Option<Reader>,
    queue: VecDeque<Piece>,
    expected: Checksum,
    shown: String,
}

impl<'a> Pieces<'a> {
    /// The pieces of `part`, whose file is `path`.
    pub(crate) fn of(part: &'a Part, path: &Path) -> Result<Self, Error> {
        if let Some(pieces) = &part.pieces {
            return Ok(Self::Memory(pieces.iter()));
        }
        Ok(Self::File(Box::new(Reading {
            portions: Portions::open(path, &part.file)?,
            reader: Some(Reader::new(part.file.clone(), true)),
            queue: VecDeque::new(),
            expected: part.checksum.clone(),
            shown: part.file.clone(),
        })))
    }

    /// The next piece; `None` after the last.
    ///
    /// # Errors
    /// The file cannot be read, or is no longer what it was when it was discovered.
    pub(crate) fn next(&mut self) -> Result<Option<Cow<'a, Piece>>, Error> {
        match self {
            Self::Memory(pieces) => Ok(pieces.next().map(Cow::Borrowed)),
            Self::File(reading) => Ok(reading.next()?.map(Cow::Owned)),
        }
    }
}

impl Reading {
    fn next(&mut self) -> Result<Option<Piece>, Error> {
        while self.queue.is_empty() {
            let Some(mut reader) = self.reader.take() else { return Ok(None) };
            if let Some(portion) = self.portions.next()? {
                reader.feed(&portion).map_err(|_| self.changed())?;
                self.queue.extend(reader.take(false));
                self.reader = Some(reader);
            } else {
                let mut parts = reader.finish().map_err(|_| self.changed())?;
                if parts.up.checksum != self.expected {
                    return Err(self.changed());
                }
                self.queue.extend(parts.up.pieces.take().map(Arc::unwrap_or_clone).unwrap_or_default());
            }
        }
        Ok(self.queue.pop_front())
    }

    fn changed(&self) -> Error {
        Error::Refused {
            message: format!("{} was changed while it was being applied; it is rolled back", self.shown),
            help: "run the command again".to_owned(),
        }
    }
}
