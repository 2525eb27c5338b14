//! The data that follows a `COPY ... FROM stdin` in a script, up to the line `\.`.
//!
//! PostgreSQL documentation, COPY, "File Formats"; psql reads it the same way.

use super::{Mode, Piece, ScriptError, ScriptErrorKind, Splitter, Step};

/// A portion of data is handed on when it has this many bytes.
const PORTION: usize = 256 * 1024;

impl Splitter {
    /// Passes the rest of the line on which the COPY statement ended: blank, or a comment.
    pub(super) fn step_copy_line_end(&mut self) -> Result<Step, ScriptError> {
        let rest = self.buffer.get(self.done..).unwrap_or_default();
        let Some(end) = line_length(rest, self.ended) else { return Ok(Step::Starved) };
        let line = rest.get(..end).unwrap_or_default().trim();
        if !(line.is_empty() || line.starts_with("--")) {
            return Err(self.error(self.done, ScriptErrorKind::CopyTrailing));
        }
        self.skip_to(self.done + end);
        self.mode = Mode::CopyData;
        Ok(Step::Again)
    }

    pub(super) fn step_copy_data(&mut self) -> Step {
        let from = self.scanned;
        let mut closed = false;
        while self.scanned - from < PORTION {
            let rest = self.buffer.get(self.scanned..).unwrap_or_default();
            let Some(length) = line_length(rest, self.ended) else { break };
            let line = rest.get(..length).unwrap_or_default();
            closed = length == 0 || line.trim_end_matches(['\r', '\n']) == "\\.";
            if closed {
                break;
            }
            self.scanned += length;
        }
        let text = self.buffer.get(from..self.scanned).unwrap_or_default().to_owned();
        self.skip_to(self.scanned);
        if closed {
            let marker = self.buffer.get(self.done..).unwrap_or_default();
            let end = self.done + line_length(marker, true).unwrap_or(0);
            self.skip_to(end);
            self.mode = Mode::Sql;
        }
        match (text.is_empty(), closed) {
            (false, _) => Step::Piece(Piece::CopyData(text)),
            (true, true) => Step::Again,
            (true, false) => Step::Starved,
        }
    }
}

/// Bytes of the first line with its line end; `None` when the line may go on in the next portion.
fn line_length(text: &str, ended: bool) -> Option<usize> {
    match text.find('\n') {
        Some(end) => Some(end + 1),
        None if ended => Some(text.len()),
        None => None,
    }
}
