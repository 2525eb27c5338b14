//! Reads a migration file's text, in portions of any size, into its up and down parts.

use super::checksum::Hasher;
use super::{Directives, Invalid, Part};
use crate::sql::lexer::line_comments;
use crate::sql::position::Position;
use crate::sql::script::marker::{self, foreign_down};
use crate::sql::script::{Piece, Splitter, Statement};
use crate::sql::words::{TransactionControl, leading, transaction_control};

/// A file read to its end.
#[derive(Debug)]
pub struct FileParts {
    /// What stands before `-- pgkeel:down`, or all of it.
    pub up: Part,
    /// What stands behind `-- pgkeel:down`.
    pub down: Option<Part>,
}

/// Takes portions of text; see [`Reader::finish`].
pub struct Reader {
    file: String,
    keep: bool,
    splitter: Splitter,
    up: Section,
    down: Option<Section>,
    marked_up: bool,
}

impl Reader {
    /// A reader of `file` (its name is only for messages). With `keep` the parts hold their pieces.
    pub fn new(file: impl Into<String>, keep: bool) -> Self {
        Self {
            file: file.into(),
            keep,
            splitter: Splitter::default(),
            up: Section::default(),
            down: None,
            marked_up: false,
        }
    }

    /// The next portion of text.
    ///
    /// # Errors
    /// What is wrong with the migration, as soon as it is seen.
    pub fn feed(&mut self, portion: &str) -> Result<(), Invalid> {
        self.splitter.feed(portion);
        let bytes = portion.len();
        self.current().bytes += bytes;
        self.drain()
    }

    /// Takes out the pieces read so far of one part, so that a large file can be run while it is read.
    pub fn take(&mut self, down: bool) -> Vec<Piece> {
        let section = if down { self.down.as_mut() } else { Some(&mut self.up) };
        section.map(|section| std::mem::take(&mut section.pieces)).unwrap_or_default()
    }

    /// The whole file has been fed.
    ///
    /// # Errors
    /// What is wrong with the migration.
    pub fn finish(mut self) -> Result<FileParts, Invalid> {
        self.splitter.finish();
        self.drain()?;
        if let Some((message, position)) = self.up.divided.take()
            && self.down.is_none()
            && !self.file.to_ascii_lowercase().ends_with(".down.sql")
        {
            return Err(Invalid::Section { message, position });
        }
        let up = self.up.finish(&self.file, self.keep)?;
        let down = self.down.map(|section| section.finish(&self.file, self.keep)).transpose()?;
        Ok(FileParts { up, down })
    }

    fn current(&mut self) -> &mut Section {
        self.down.as_mut().unwrap_or(&mut self.up)
    }

    fn drain(&mut self) -> Result<(), Invalid> {
        while let Some(piece) = self.splitter.next_piece()? {
            match piece {
                Piece::Comment { text, position, .. } if marker::section(&text).is_some() => {
                    self.mark(marker::section(&text) == Some(marker::Section::Down), position)?;
                }
                piece => {
                    let keep = self.keep;
                    self.current().take(piece, keep)?;
                }
            }
        }
        Ok(())
    }

    fn mark(&mut self, down: bool, position: Position) -> Result<(), Invalid> {
        let section = |message: &str| Err(Invalid::Section { message: message.to_owned(), position });
        if down {
            if self.down.is_some() {
                return section("`-- pgkeel:down` stands here a second time");
            }
            self.down = Some(Section::default());
        } else {
            if self.marked_up || self.down.is_some() {
                return section("`-- pgkeel:up` stands here a second time, or behind `-- pgkeel:down`");
            }
            if self.up.statements > 0 {
                return section("there are statements before `-- pgkeel:up`: nobody would run them");
            }
            self.marked_up = true;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Section {
    directives: Directives,
    hasher: Hasher,
    pieces: Vec<Piece>,
    statements: usize,
    bytes: usize,
    wrapper: Wrapper,
    /// Another tool's marker of the way back that was seen, before any statement behind it.
    foreign: Option<(String, &'static str, Position)>,
    /// What is wrong, when statements follow it.
    divided: Option<(String, Position)>,
}

/// One `BEGIN; ... COMMIT;` around the whole section is the executor's own transaction, written twice.
#[derive(Default, Clone, PartialEq)]
enum Wrapper {
    #[default]
    None,
    /// Begun; the statement is kept for the message when it is never committed.
    Open(String, Position),
    /// Committed; kept for the message when statements follow.
    Closed(String, Position),
}

impl Section {
    fn take(&mut self, piece: Piece, keep: bool) -> Result<(), Invalid> {
        match &piece {
            Piece::Comment { text, position, .. } => {
                let position = *position;
                self.directives
                    .read(text, position.line, self.statements == 0)
                    .map_err(|message| Invalid::Directive { message, position })?;
                if let Some(tool) = foreign_down(text) {
                    self.foreign.get_or_insert_with(|| (text.trim().to_owned(), tool, position));
                }
            }
            Piece::CopyData(data) => self.hasher.data(data),
            Piece::Statement(statement) => {
                if self.is_wrapper(statement)? {
                    return Ok(());
                }
                self.look_inside(statement)?;
                self.hasher.statement(statement);
                self.statements += 1;
            }
        }
        if keep {
            self.pieces.push(piece);
        }
        Ok(())
    }

    /// Comments inside a statement are looked at as well: a directive there does nothing, and nobody would know.
    fn look_inside(&mut self, statement: &Statement) -> Result<(), Invalid> {
        if let Some((marker, tool, position)) = self.foreign.take() {
            self.divided.get_or_insert_with(|| {
                let message = format!(
                    "`{marker}` is {tool} mark of the way back, and pgkeel would run what follows it on the way there: write \
                     `-- pgkeel:down` in its place, or reword it if it is only a remark"
                );
                (message, position)
            });
        }
        let text = &statement.text;
        if !text.contains("--") || !(text.contains("gkeel") || text.contains("GKEEL")) {
            return Ok(());
        }
        for (start, comment) in line_comments(text, statement.backslash_escapes) {
            let position = statement.position.after(text.get(..start).unwrap_or_default());
            Directives::default()
                .read(comment, position.line, false)
                .map_err(|message| Invalid::Directive { message, position })?;
        }
        Ok(())
    }

    fn is_wrapper(&mut self, statement: &Statement) -> Result<bool, Invalid> {
        let control = transaction_control(&statement.text);
        let words = || leading(&statement.text, 3).join(" ");
        match (control, &self.wrapper) {
            (None, Wrapper::None | Wrapper::Open(..)) => Ok(false),
            (Some(TransactionControl::Begin), Wrapper::None) if self.statements == 0 => {
                self.wrapper = Wrapper::Open(words(), statement.position);
                Ok(true)
            }
            (Some(TransactionControl::Commit), Wrapper::Open(..)) => {
                self.wrapper = Wrapper::Closed(words(), statement.position);
                Ok(true)
            }
            (None, Wrapper::Closed(commit, position)) => {
                Err(Invalid::TransactionControl { statement: commit.clone(), position: *position })
            }
            (Some(_), _) => {
                Err(Invalid::TransactionControl { statement: words(), position: statement.position })
            }
        }
    }

    fn finish(self, file: &str, keep: bool) -> Result<Part, Invalid> {
        if let Wrapper::Open(statement, position) = self.wrapper {
            return Err(Invalid::TransactionControl { statement, position });
        }
        Ok(Part {
            file: file.to_owned(),
            directives: self.directives,
            checksum: self.hasher.finish(),
            statements: self.statements,
            pieces: keep.then_some(self.pieces),
            bytes: self.bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{FileParts, Reader};
    use crate::migration::Invalid;

    fn read(text: &str) -> Result<FileParts, Invalid> {
        let mut reader = Reader::new("1_x.sql", true);
        reader.feed(text)?;
        reader.finish()
    }

    #[test]
    fn parts_are_told_by_their_markers() {
        let parts =
            read("-- pgkeel: transaction=off\n-- pgkeel:up\nSELECT 1;\n-- pgkeel:down\nSELECT 2; SELECT 3;")
                .unwrap();
        assert!(parts.up.directives.no_transaction);
        assert_eq!((parts.up.statements, parts.down.unwrap().statements), (1, 2));
        assert!(read("SELECT 1").unwrap().down.is_none());
        assert!(matches!(read("SELECT 1;\n-- pgkeel:up\n"), Err(Invalid::Section { .. })));
        assert!(matches!(read("-- pgkeel:down\n-- pgkeel:down"), Err(Invalid::Section { .. })));
    }

    #[test]
    fn what_divides_a_file_in_another_hand_is_never_run_whole() {
        for marker in ["--pgkeel:down", "-- pgkeel: down", "-- PGKEEL:DOWN\t", "-- pgkeel:down -- why"] {
            let parts = read(&format!("-- pgkeel:up\nCREATE TABLE a ();\n{marker}\nDROP TABLE a;")).unwrap();
            assert_eq!(
                (parts.up.statements, parts.down.map(|down| down.statements)),
                (1, Some(1)),
                "{marker}"
            );
        }
        for marker in
            ["-- pgkeel:dwon", "-- pgkeel down", "/* pgkeel:down */", "-- +goose Down", "-- rollback"]
        {
            let error = read(&format!("CREATE TABLE a ();\n  {marker}\nDROP TABLE a;")).err().unwrap();
            assert_eq!((error.position().line, error.position().column), (2, 3), "{marker}: {error}");
        }
        let inside = read("CREATE TABLE a ()\n-- pgkeel:dwon\nDROP TABLE a;").err().unwrap();
        assert_eq!((inside.position().line, inside.position().column), (2, 1));
        for whole in [
            "CREATE TABLE a ();\n-- migrate:down\n",
            "SELECT 1;\n-- +goose Down\n-- pgkeel:down\nSELECT 2;",
            "SELECT $$\n-- pgkeel:dwon\n$$;",
        ] {
            assert!(read(whole).is_ok(), "{whole}");
        }
    }

    #[test]
    fn one_wrapper_is_the_executors_and_any_other_is_refused_with_its_line() {
        let wrapped = read("-- head\nBEGIN;\nSELECT 1;\nCOMMIT;\n").unwrap();
        assert_eq!(wrapped.up.statements, 1);
        assert_eq!(wrapped.up.checksum, read("SELECT 1").unwrap().up.checksum);
        for (text, line) in [
            ("SELECT 1;\nCOMMIT;", 2),
            ("BEGIN;\nSELECT 1;", 1),
            ("BEGIN;\nCOMMIT;\nBEGIN;\nCOMMIT;", 3),
            ("BEGIN;\nROLLBACK;", 2),
            ("BEGIN;\nCOMMIT;\nSELECT 1;", 2),
        ] {
            let error = read(text).err().unwrap();
            assert!(matches!(error, Invalid::TransactionControl { .. }), "{text}");
            assert_eq!(error.position().line, line, "{text}");
        }
    }
}
