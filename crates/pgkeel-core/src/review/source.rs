//! A migration file made ready for review: cut into statements, each read, with lines and comments at hand.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::file_number;
use super::seeds::SeedRow;
use crate::migration::{Directives, Version};
use crate::seed::Format;
use crate::sql::effect::{Effect, Origin, Reading, TextRange, TransactionControl, What, read};
use crate::sql::script::{Piece, ScriptError, ScriptErrorKind, Splitter, marker};
use crate::sql::text::NotText;

/// A file to review, or one that only gives context. Reading it is the costly part of a review and needs nothing else,
/// so callers may do it on several threads.
#[derive(Debug)]
pub struct File {
    /// As the user named it.
    pub path: String,
    /// The text.
    pub text: String,
    /// The number or timestamp in its name (or in its folder's, for `2024-01-01_name/up.sql`), when it has one part.
    pub version: Option<Version>,
    /// The parts of that number: `V1.2__name.sql` has two. Files go in the order of these.
    pub number: Vec<Version>,
    /// Whether the whole file is a way back: `.down.sql`, `down.sql`.
    pub down: bool,
    /// Which files it is numbered among: its folder, unless the caller knows better.
    pub set: String,
    /// Not in the folder of migrations yet: comes after all that are.
    pub proposed: bool,
    /// The statements in order.
    pub statements: Vec<Statement>,
    /// Comments outside of statements.
    pub comments: Vec<Comment>,
    /// What the leading comments ask for; unreadable ones are in `bad_directives`.
    pub directives: Directives,
    /// Directives that cannot be read: what is wrong, and where.
    pub bad_directives: Vec<(String, TextRange)>,
    /// Whether the file says, in any known tool's words, that it runs outside of a transaction.
    pub no_transaction: bool,
    /// What could not be cut into statements.
    pub unreadable: Vec<Unreadable>,
    /// The rows of a seed: it is loaded behind all migrations, and is none. `None` for every other file.
    pub seed_rows: Option<Vec<SeedRow>>,
    /// Whether the base of the review or the target has the file: what is new has to come after it.
    pub settled: bool,
    line_starts: Vec<usize>,
    /// By the last name of what they make, the statements that make something; found out when it is first asked.
    making: OnceLock<BTreeMap<String, Vec<usize>>>,
}

/// A part of a file that is no statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
    /// Its bytes in the file.
    pub range: TextRange,
}

/// A statement of a file.
#[derive(Debug)]
pub struct Statement {
    /// Its bytes in the file, without the semicolon.
    pub range: TextRange,
    /// What it does.
    pub reading: Reading,
    /// Whether it stands behind `-- pgkeel:down` or another tool's marker for the way back.
    pub down: bool,
}

impl Statement {
    /// What the statement itself does, when it is one thing.
    pub fn only(&self) -> Option<&What> {
        match self.reading.effects.as_slice() {
            [Effect { what, origin: Origin::Statement, .. }] => Some(what),
            _ => None,
        }
    }

    /// Whether it is a `BEGIN`, `COMMIT` or `ROLLBACK` that the file wrote, for which a transaction of ours stands.
    pub fn is_control(&self) -> bool {
        use TransactionControl::{Begin, Commit, Rollback};
        matches!(self.only(), Some(What::Transaction(Begin | Commit | Rollback)))
    }

    /// Whether data follow it: `COPY ... FROM stdin`.
    pub fn copies_in(&self) -> bool {
        let mut effects = self.reading.effects.iter();
        effects.any(|effect| {
            matches!(effect.what, What::Copy { from_stdin: true, .. }) && effect.origin == Origin::Statement
        })
    }
}

/// A `--` comment.
#[derive(Debug)]
pub struct Comment {
    /// Its bytes in the file.
    pub range: TextRange,
    /// The text without dashes and surrounding white space.
    pub text: String,
}

impl File {
    /// Reads a file. Never fails: what cannot be read is kept for a rule to report.
    pub fn read(path: &str, text: &str) -> Self {
        let mut file = Self::blank(path, text);
        file.cut();
        // Thousands of files are in memory at once.
        file.statements.shrink_to_fit();
        file.comments.shrink_to_fit();
        file
    }

    /// Reads a seed: a script, or rows in CSV, JSON or TOML.
    pub fn seed(path: &str, text: &str) -> Self {
        let script = Format::of(file_name(path)) == Some(Format::Sql);
        let mut file = if script { Self::read(path, text) } else { Self::blank(path, text) };
        (file.version, file.number, file.down) = (None, Vec::new(), false);
        file.seed_rows = Some(super::seeds::rows_of(&file));
        file
    }

    /// A file that is not text, as far as it can be shown: none of it is read.
    pub fn not_text(path: &str, bytes: &[u8], why: &NotText) -> Self {
        let mut file = Self::blank(path, &String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}"));
        let range = file.line_range(why.position().line);
        let help = "none of it was reviewed; the other files were";
        file.unreadable.push(Unreadable { message: why.to_string(), help, range });
        file
    }

    fn blank(path: &str, text: &str) -> Self {
        let name = file_name(path);
        let number = file_number::parts_of(path);
        let undoes = name.starts_with(['U', 'u']) && file_number::is_flyway(name);
        Self {
            path: path.to_owned(),
            version: if let [version] = number.as_slice() { Some(version.clone()) } else { None },
            number,
            down: undoes || name.ends_with(".down.sql") || name == "down.sql" || name.starts_with("down_"),
            set: path.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder).to_owned(),
            proposed: false,
            statements: Vec::new(),
            comments: Vec::new(),
            directives: Directives::default(),
            bad_directives: Vec::new(),
            no_transaction: false,
            unreadable: Vec::new(),
            seed_rows: None,
            settled: false,
            line_starts: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect(),
            text: text.to_owned(),
            making: OnceLock::new(),
        }
    }

    /// Keeps what the splitter refused, with the rest of its line.
    fn refuse(&mut self, error: &ScriptError) {
        let start = error.start.min(self.text.len());
        let rest = self.text.get(start..).unwrap_or_default();
        let end = rest.find('\n').map_or(self.text.len(), |at| start + at);
        let help = match &error.kind {
            ScriptErrorKind::Unterminated(what) => what.help(),
            ScriptErrorKind::MetaCommand(_) => {
                "write what the psql command does as SQL; what follows is read as if it were not there"
            }
            ScriptErrorKind::CopyTrailing => {
                "put the data on the next line, and `\\.` on a line of its own behind it"
            }
            ScriptErrorKind::CopyOut => "take it out, or copy into a table",
        };
        self.unreadable.push(Unreadable {
            message: error.to_string(),
            help,
            range: TextRange::new(start, end),
        });
    }

    fn cut(&mut self) {
        let mut splitter = Splitter::default();
        splitter.feed(&self.text);
        splitter.finish();
        let mut down = self.down;
        let mut leading = true;
        loop {
            let piece = match splitter.next_piece() {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(error) => {
                    self.refuse(&error);
                    if splitter.pass(&error.kind) {
                        continue;
                    }
                    break;
                }
            };
            match piece {
                Piece::Statement(statement) => {
                    let range = TextRange::new(statement.start, statement.start + statement.text.len());
                    leading = false;
                    self.statements.push(Statement { range, reading: read(&statement.text), down });
                }
                Piece::Comment { text, start, position } => {
                    let range = TextRange::new(start, start + text.len());
                    let body = text.trim_start_matches('-').trim().to_owned();
                    let lower = body.to_lowercase();
                    let section = marker::section(&text);
                    leading |= section.is_some();
                    down |= section == Some(marker::Section::Down) || marker::foreign_down(&text).is_some();
                    let says = |marker: &&str| marker.split(' ').all(|word| lower.contains(word));
                    self.no_transaction |= NO_TRANSACTION.iter().any(says);
                    if let Err(message) = self.directives.read(&text, position.line, leading) {
                        self.bad_directives.push((message, range));
                    }
                    self.comments.push(Comment { range, text: body });
                }
                Piece::CopyData(_) => {}
            }
        }
        self.no_transaction |= self.directives.no_transaction;
    }

    /// The index of the statement within which a range of the file stands.
    pub fn statement_at(&self, range: TextRange) -> Option<usize> {
        let at = self
            .statements
            .partition_point(|statement| statement.range.start <= range.start)
            .checked_sub(1)?;
        self.statements.get(at).filter(|statement| range.end <= statement.range.end).map(|_| at)
    }

    /// What the statements behind one that go forward make under a name, of whatever kind.
    pub fn made_behind<'a>(&'a self, at: usize, name: &str) -> impl Iterator<Item = &'a What> + use<'a> {
        let made = self.making.get_or_init(|| {
            let mut made: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (index, statement) in self.up() {
                for name in statement.reading.effects.iter().filter_map(|effect| effect.what.made_name()) {
                    made.entry(name.last().to_owned()).or_default().push(index);
                }
            }
            made
        });
        let behind = made.get(name).into_iter().flatten().filter(move |index| **index > at);
        let statements = behind.filter_map(|index| self.statements.get(*index));
        statements.flat_map(|statement| &statement.reading.effects).map(|effect| &effect.what)
    }

    /// The statement's text.
    pub fn text_of(&self, statement: &Statement) -> &str {
        statement.range.of(&self.text)
    }

    /// The statement with its semicolon and the end of its line, in bytes of the file: what is taken out with it.
    pub fn whole(&self, statement: &Statement) -> TextRange {
        let rest = self.text.get(statement.range.end..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start().len();
        let after = if rest.trim_start().starts_with(';') { blank + 1 } else { 0 };
        let line = rest.get(after..).unwrap_or_default();
        let blank = line.len() - line.trim_start_matches([' ', '\t', '\r']).len();
        let line_end = usize::from(line.get(blank..).is_some_and(|line| line.starts_with('\n')));
        TextRange::new(statement.range.start, statement.range.end + after + blank + line_end)
    }

    /// The statements that migrate forward.
    pub fn up(&self) -> impl Iterator<Item = (usize, &Statement)> {
        self.statements.iter().enumerate().filter(|(_, statement)| !statement.down)
    }

    /// The line of a byte, from 1.
    pub fn line(&self, byte: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= byte)
    }

    /// The line and the column of a byte, from 1; the column counts characters.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let line = self.line(byte);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let before = TextRange::new(start, byte.min(self.text.len())).of(&self.text);
        (line, before.chars().count() + 1)
    }

    /// The bytes of a line (from 1) without its end.
    pub fn line_range(&self, line: usize) -> TextRange {
        let start = self.line_starts.get(line - 1).copied().unwrap_or(self.text.len());
        let end = self.line_starts.get(line).map_or(self.text.len(), |next| next - 1);
        TextRange::new(start, end.max(start))
    }

    /// The byte of a line and a column, from 1; the column counts characters.
    pub fn byte_of(&self, line: usize, column: usize) -> usize {
        let start = self.line_range(line.max(1)).start;
        let rest = self.text.get(start..).unwrap_or_default();
        start + rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
    }

    /// The name without folders.
    pub fn name(&self) -> &str {
        file_name(&self.path)
    }

    /// The folder, for telling apart sets of migrations.
    pub fn folder(&self) -> &str {
        &self.set
    }
}

/// How tools say that a file runs outside of a transaction: these words, also with others between them.
const NO_TRANSACTION: &[&str] = &[
    "pgkeel: transaction=off",
    "+goose no transaction",
    "transaction:false",
    "atlas:txmode none",
    "morph:nontransactional",
    "no-transaction",
    "+migrate notransaction",
    "disable_ddl_transaction",
    "executeintransaction=false",
];

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
