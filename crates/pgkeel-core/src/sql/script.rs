//! A script cut into its statements, as psql would cut it, but refusing what only psql could run.
//!
//! [`Splitter`] takes the text in portions of any size, so a 100 MB file never has to be in memory; [`split`] is
//! the same for a text that already is.

use super::lexer::{Token, TokenKind, Unterminated, token_at};
use super::position::Position;
use super::script::shape::Shape;

mod copy_data;
pub mod marker;
mod shape;
mod statement;
#[cfg(test)]
mod tests;

pub use statement::Statement;

/// What a script is made of, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A statement.
    Statement(Statement),
    /// A portion of the data of the `COPY ... FROM stdin` before it, whole lines; the end marker `\.` is not part of it.
    CopyData(String),
    /// A `--` comment outside every statement, without its line end: directives and markers are found here. A block comment
    /// only when it is meant for pgkeel, so that somebody says that it does nothing.
    Comment {
        /// The comment, with its dashes.
        text: String,
        /// Where it begins.
        position: Position,
        /// Offset of its first byte.
        start: usize,
    },
}

/// Why a text is not a script.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct ScriptError {
    /// What is wrong.
    pub kind: ScriptErrorKind,
    /// Where it begins.
    pub position: Position,
    /// Offset of its first byte.
    pub start: usize,
}

/// What can be wrong with a script before PostgreSQL has seen it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptErrorKind {
    /// A quote or comment that never ends.
    #[error("unterminated {}", .0.what())]
    Unterminated(Unterminated),
    /// A psql meta-command other than `\restrict` and `\unrestrict`.
    #[error(
        "`{0}` is a psql meta-command, which no PostgreSQL server understands: write what it does as SQL, \
         or split the file"
    )]
    MetaCommand(String),
    /// SQL on the line where the data of a `COPY ... FROM stdin` should follow.
    #[error("after `COPY ... FROM stdin;` the data must begin on the next line")]
    CopyTrailing,
    /// `COPY ... TO stdout`.
    #[error(
        "`COPY ... TO stdout` sends rows to the client, and nobody reads them here: take it out, or copy into a table"
    )]
    CopyOut,
}

/// Cuts text that arrives in portions.
#[derive(Debug)]
pub struct Splitter {
    buffer: String,
    /// Bytes of `buffer` that are done with.
    done: usize,
    /// Bytes of `buffer` that belong to the statement being read.
    scanned: usize,
    /// Offset of the buffer's first byte in the whole text.
    base: usize,
    /// Position of the byte at `done`.
    position: Position,
    ended: bool,
    backslash_escapes: bool,
    mode: Mode,
    shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Sql,
    /// After the semicolon of a COPY, before the end of its line.
    CopyLineEnd,
    CopyData,
}

impl Default for Splitter {
    fn default() -> Self {
        Self {
            buffer: String::new(),
            done: 0,
            scanned: 0,
            base: 0,
            position: Position::START,
            ended: false,
            backslash_escapes: false,
            mode: Mode::Sql,
            shape: Shape::default(),
        }
    }
}

impl Splitter {
    /// Adds the next portion of the text.
    pub fn feed(&mut self, portion: &str) {
        self.buffer.drain(..self.done);
        self.scanned -= self.done;
        self.base += self.done;
        self.done = 0;
        self.buffer.push_str(portion);
    }

    /// Says that no portion follows.
    pub fn finish(&mut self) {
        self.ended = true;
    }

    /// The next piece; `None` when more text is needed or, after [`Splitter::finish`], when there is none.
    ///
    /// # Errors
    /// See [`ScriptErrorKind`]. After an error the splitter has nothing more to say.
    pub fn next_piece(&mut self) -> Result<Option<Piece>, ScriptError> {
        loop {
            let step = match self.mode {
                Mode::Sql => self.step_sql()?,
                Mode::CopyLineEnd => self.step_copy_line_end()?,
                Mode::CopyData => self.step_copy_data(),
            };
            match step {
                Step::Piece(piece) => return Ok(Some(piece)),
                Step::Again => {}
                Step::Starved => return Ok(None),
            }
        }
    }

    /// Goes past what [`Splitter::next_piece`] refused, for a reader who wants the rest all the same; false when nobody can
    /// tell where the rest begins.
    pub fn pass(&mut self, refused: &ScriptErrorKind) -> bool {
        let rest = self.buffer.get(self.scanned..).unwrap_or_default();
        let end = match refused {
            ScriptErrorKind::Unterminated(_) => return false,
            ScriptErrorKind::MetaCommand(_) => rest.find('\n').map_or(rest.len(), |at| at + 1),
            // The semicolon that ends the statement.
            ScriptErrorKind::CopyOut => rest.len().min(1),
            ScriptErrorKind::CopyTrailing => 0,
        };
        self.mode = Mode::Sql;
        self.shape = Shape::default();
        self.skip_to(self.scanned + end);
        true
    }

    fn step_sql(&mut self) -> Result<Step, ScriptError> {
        let token = match token_at(&self.buffer, self.scanned, self.backslash_escapes) {
            Ok(Some(token)) => token,
            Ok(None) if self.ended && self.shape.begun() => {
                self.check_copy()?;
                return Ok(self.end_statement(self.scanned, self.scanned));
            }
            Ok(None) => return Ok(Step::Starved),
            Err(_) if !self.ended => return Ok(Step::Starved),
            Err(what) => return Err(self.error(self.scanned, ScriptErrorKind::Unterminated(what))),
        };
        if !self.ended && self.may_go_on(&token) {
            return Ok(Step::Starved);
        }
        self.take_token(&token)
    }

    /// True when the next portion could make another token of this one.
    fn may_go_on(&self, token: &Token) -> bool {
        let rest = self.buffer.get(token.range.end..).unwrap_or_default();
        let half_a_dollar_tag = self.slice(token) == "$"
            && rest.chars().all(|c| c.is_alphanumeric() || c == '_' || !c.is_ascii());
        token.kind != TokenKind::Semicolon && (rest.is_empty() || half_a_dollar_tag)
    }

    fn take_token(&mut self, token: &Token) -> Result<Step, ScriptError> {
        let begun = self.shape.begun();
        match token.kind {
            TokenKind::Meta => {
                let command = self.slice(token).split_whitespace().next().unwrap_or("\\").to_owned();
                if begun || !matches!(command.as_str(), "\\restrict" | "\\unrestrict") {
                    return Err(self.error(token.range.start, ScriptErrorKind::MetaCommand(command)));
                }
                self.skip_to(token.range.end);
            }
            TokenKind::BlockComment if !begun && marker::directive(self.slice(token)).is_some() => {
                return Ok(self.comment(token));
            }
            TokenKind::Semicolon | TokenKind::Space | TokenKind::BlockComment if !begun => {
                self.skip_to(token.range.end);
            }
            TokenKind::Semicolon if self.shape.is_complete() => {
                self.check_copy()?;
                return Ok(self.end_statement(token.range.start, token.range.end));
            }
            TokenKind::LineComment if !begun => return Ok(self.comment(token)),
            TokenKind::LineComment if marker::section(self.slice(token)).is_some() => {
                // The marker ends a statement that was left without its semicolon; it is read again as a comment.
                return Ok(self.end_statement(token.range.start, token.range.start));
            }
            TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment => {
                self.scanned = token.range.end;
            }
            kind => {
                let word = self.buffer.get(token.range.clone()).unwrap_or_default();
                self.shape.take(kind, word);
                self.scanned = token.range.end;
            }
        }
        Ok(Step::Again)
    }

    fn comment(&mut self, token: &Token) -> Step {
        let text = self.slice(token).to_owned();
        let comment = Piece::Comment { text, position: self.position, start: self.base + token.range.start };
        self.skip_to(token.range.end);
        Step::Piece(comment)
    }

    fn check_copy(&self) -> Result<(), ScriptError> {
        if self.shape.copies_out() { Err(self.error(self.done, ScriptErrorKind::CopyOut)) } else { Ok(()) }
    }

    /// Ends the statement at byte `end`; reading goes on at byte `next`.
    fn end_statement(&mut self, end: usize, next: usize) -> Step {
        let text = self.buffer.get(self.done..end).unwrap_or_default().trim_end().to_owned();
        let shape = std::mem::take(&mut self.shape);
        let statement = Statement {
            start: self.base + self.done,
            position: self.position,
            backslash_escapes: self.backslash_escapes,
            copies_in: shape.copies_in(),
            text,
            read: statement::Read::default(),
        };
        if let Some(escapes) = shape::sets_backslash_escapes(&statement.text, self.backslash_escapes) {
            self.backslash_escapes = escapes;
        }
        if statement.copies_in {
            self.mode = Mode::CopyLineEnd;
        }
        self.skip_to(next);
        Step::Piece(Piece::Statement(statement))
    }

    fn skip_to(&mut self, end: usize) {
        self.position = self.position.after(self.buffer.get(self.done..end).unwrap_or_default());
        self.done = end;
        self.scanned = end;
    }

    fn slice(&self, token: &Token) -> &str {
        self.buffer.get(token.range.clone()).unwrap_or_default()
    }

    fn error(&self, at: usize, kind: ScriptErrorKind) -> ScriptError {
        let before = self.buffer.get(self.done..at).unwrap_or_default();
        ScriptError { kind, position: self.position.after(before), start: self.base + at }
    }
}

enum Step {
    Piece(Piece),
    Again,
    Starved,
}

/// Cuts a whole text.
///
/// # Errors
/// See [`ScriptErrorKind`].
pub fn split(text: &str) -> Result<Vec<Piece>, ScriptError> {
    let mut splitter = Splitter::default();
    splitter.feed(text);
    splitter.finish();
    let mut pieces = Vec::new();
    while let Some(piece) = splitter.next_piece()? {
        pieces.push(piece);
    }
    Ok(pieces)
}

/// Just the statements of a whole text.
///
/// # Errors
/// See [`ScriptErrorKind`].
pub fn statements(text: &str) -> Result<Vec<Statement>, ScriptError> {
    let only_statements = |piece| match piece {
        Piece::Statement(statement) => Some(statement),
        Piece::CopyData(_) | Piece::Comment { .. } => None,
    };
    Ok(split(text)?.into_iter().filter_map(only_statements).collect())
}
