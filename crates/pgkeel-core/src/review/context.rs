//! What a rule sees, and where it puts what it found.

use super::history_model::{Model, Table};
use super::progress::Progress;
use super::seeds::SeedRefusal;
use super::settings::Settings;
use super::source::{File, Statement};
use crate::finding::{Edit, Elsewhere, Finding, Fix, FollowUp, Severity, Span};
use crate::rules::Rule;
use crate::sql::effect::{Effect, Name, Origin, TextRange};
use crate::sql::ident::qualified;

/// One statement, and everything before it.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// All files of the project.
    pub files: &'a [File],
    /// The statement's file.
    pub file: &'a File,
    /// Its index in `files`.
    pub index: usize,
    /// The statement.
    pub statement: &'a Statement,
    /// Its index in the file.
    pub at: usize,
    /// The indexes of the files that come after its own.
    pub behind: &'a [usize],
    /// What all statements before it made.
    pub model: &'a Model,
    /// What the statements before it in this file did.
    pub progress: &'a Progress,
    /// The project's settings.
    pub settings: &'a Settings,
}

impl<'a> Context<'a> {
    /// What happens when the statement runs: not the bodies of functions that it makes.
    pub fn effects(&self) -> impl Iterator<Item = &'a Effect> + use<'a> {
        self.statement.reading.effects.iter().filter(|effect| effect.origin != Origin::Function)
    }

    /// The statement's text.
    pub fn text(&self) -> &'a str {
        self.file.text_of(self.statement)
    }

    /// What happens after the statement: in the rest of its file, and in the files behind it.
    pub fn later(&self) -> impl Iterator<Item = &'a Effect> + use<'a> {
        let Self { files, file, at, behind, .. } = *self;
        let rest = file.up().filter(move |(other, _)| *other > at);
        let behind = behind.iter().filter_map(|index| files.get(*index));
        rest.chain(behind.flat_map(File::up)).flat_map(|(_, statement)| &statement.reading.effects)
    }

    /// The name by which a table is reached without the file's `search_path`.
    pub fn reached(&self, table: &Name) -> String {
        match (table.namespace(), &self.model.search_path) {
            (None, Some(namespace)) => qualified(namespace, table.last()),
            _ => table.to_string(),
        }
    }

    /// Whether others may be using the table: it was not made in this file, and is not temporary.
    pub fn is_shared(&self, table: &Name) -> bool {
        if table.namespace() == Some("pg_temp") {
            return false;
        }
        self.model.table(table).is_none_or(|known| known.origin.file != self.index && !known.temporary)
    }

    /// Whether the name is that of a view that the migrations made.
    pub fn is_view(&self, name: &Name) -> bool {
        self.model.views.contains_key(&self.model.key(name))
    }

    /// Whether a view (or materialized view) was not made in this file.
    pub fn is_shared_view(&self, view: &Name) -> bool {
        self.model.views.get(&self.model.key(view)).is_none_or(|known| known.origin.file != self.index)
    }

    /// The table of a key, as `file:line` says where it was made.
    pub fn made_at(&self, table: &Table) -> String {
        self.place(table.origin)
    }

    /// `file:line` of an origin.
    pub fn place(&self, origin: super::history_model::Origin) -> String {
        place(self.files, origin)
    }

    /// The PostgreSQL major that migrations must work on, when it is known.
    pub fn before_major(&self, major: u32) -> bool {
        self.settings.server_major.is_some_and(|known| known < major)
    }
}

/// `file:line` of an origin.
pub fn place(files: &[File], origin: super::history_model::Origin) -> String {
    files.get(origin.file).map_or_else(
        || "the database".to_owned(),
        |file| format!("{}:{}", file.path, file.line(origin.range.start)),
    )
}

/// A whole file, after its last statement.
#[derive(Debug, Clone, Copy)]
pub struct FileContext<'a> {
    /// All files of the project.
    pub files: &'a [File],
    /// Their order.
    pub order: &'a [usize],
    /// The file.
    pub file: &'a File,
    /// Its index in `files`.
    pub index: usize,
    /// What all statements up to the end of this file made.
    pub model: &'a Model,
    /// The tables that this file made.
    pub new_tables: &'a [&'a Table],
    /// What the statements of this file did.
    pub progress: &'a Progress,
    /// The project's settings.
    pub settings: &'a Settings,
}

/// The whole project, after its last file.
#[derive(Debug, Clone, Copy)]
pub struct ProjectContext<'a> {
    /// All files.
    pub files: &'a [File],
    /// Their order.
    pub order: &'a [usize],
    /// Which of them are reviewed.
    pub reviewed: &'a [bool],
    /// What all statements made.
    pub model: &'a Model,
    /// The rows of seeds that a database refused, when they were loaded.
    pub refused_rows: Option<&'a [SeedRefusal]>,
    /// The project's settings.
    pub settings: &'a Settings,
}

/// A finding with its place in bytes.
#[derive(Debug)]
pub struct Found {
    /// Index of the file.
    pub file: usize,
    /// Index of the statement, if it is about one.
    pub statement: Option<usize>,
    /// Bytes of the file.
    pub range: TextRange,
    /// The finding.
    pub finding: Finding,
}

/// Where a rule puts what it found.
#[derive(Debug)]
pub struct Out<'a> {
    rule: &'a Rule,
    severity: Severity,
    files: &'a [File],
    file: usize,
    statement: Option<usize>,
    found: &'a mut Vec<Found>,
}

impl<'a> Out<'a> {
    pub(super) fn new(
        rule: &'a Rule,
        severity: Severity,
        files: &'a [File],
        file: usize,
        statement: Option<usize>,
        found: &'a mut Vec<Found>,
    ) -> Self {
        Self { rule, severity, files, file, statement, found }
    }

    /// Reports something at a place of the statement (for a rule over statements) or of the file.
    pub fn at(&mut self, range: TextRange, message: impl Into<String>) -> Hit<'_> {
        let base = self.base();
        self.push(self.file, range.shifted(base), message.into(), base)
    }

    /// Reports something at a place of any file, in that file's bytes.
    pub fn in_file(&mut self, file: usize, range: TextRange, message: impl Into<String>) -> Hit<'_> {
        self.push(file, range, message.into(), 0)
    }

    fn base(&self) -> usize {
        let file = self.files.get(self.file);
        let statement = self.statement.and_then(|at| file.and_then(|file| file.statements.get(at)));
        statement.map_or(0, |statement| statement.range.start)
    }

    fn push(&mut self, file: usize, range: TextRange, message: String, base: usize) -> Hit<'_> {
        let mut finding = Finding::new(self.rule.id, self.severity, message);
        finding.help = Some(self.rule.instead.to_owned());
        finding.span = self.files.get(file).map(|source| span(source, range));
        let statement = self.statement.or_else(|| {
            let source = self.files.get(file)?;
            source.statement_at(range)
        });
        self.found.push(Found { file, statement, range, finding });
        let last = self.found.len() - 1;
        Hit { found: &mut self.found[last], base }
    }
}

/// The lines and columns of a range.
pub fn span(file: &File, range: TextRange) -> Span {
    let (line, column) = file.position(range.start);
    let (end_line, end_column) = file.position(range.end);
    Span { file: file.path.clone(), line, column, end_line, end_column }
}

/// A finding just reported, to be completed.
#[derive(Debug)]
pub struct Hit<'a> {
    found: &'a mut Found,
    base: usize,
}

#[expect(clippy::return_self_not_must_use, reason = "a finding is complete after every step")]
impl Hit<'_> {
    /// What to do, instead of the rule's general advice.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.found.finding.help = Some(help.into());
        self
    }

    /// Adds the question that tells beforehand whether the rows fit.
    pub fn ask_first(self, question: Option<String>) -> Self {
        if let Some(question) = question {
            let help = self.found.finding.help.take().unwrap_or_default();
            self.found.finding.help =
                Some(format!("{help} Ask the target first: {question}").trim_start().to_owned());
        }
        self
    }

    /// The object it is about, as `table users`.
    pub fn on(self, object: impl Into<String>) -> Self {
        self.found.finding.object = Some(object.into());
        self
    }

    /// Less or more severe than the rule, unless the project has set the rule's severity itself.
    pub fn severity(self, severity: Severity) -> Self {
        self.found.finding.severity = severity;
        self
    }

    /// A mechanical repair: replacements of ranges in the same bytes as the finding's.
    pub fn fix(self, title: &str, edits: Vec<(TextRange, String)>) -> Self {
        let base = self.base;
        self.fix_file(title, edits.into_iter().map(|(range, text)| (range.shifted(base), text)).collect())
    }

    /// A mechanical repair: replacements of ranges in the file's bytes.
    pub fn fix_file(self, title: &str, edits: Vec<(TextRange, String)>) -> Self {
        let edit = |(range, text): (TextRange, String)| Edit { start: range.start, end: range.end, text };
        self.found.finding.fix = Some(Fix {
            title: title.to_owned(),
            edits: edits.into_iter().map(edit).collect(),
            ..Fix::default()
        });
        self
    }

    /// Completes the repair by a migration that has to come after the file, and by its way back.
    pub fn then(self, name: &str, text: String, down: Option<String>) -> Self {
        if let Some(fix) = &mut self.found.finding.fix {
            fix.migrations.push(FollowUp { name: name.to_owned(), text, down });
        }
        self
    }

    /// Completes the repair by edits of other files.
    pub fn elsewhere(self, edits: Vec<Elsewhere>) -> Self {
        if let Some(fix) = &mut self.found.finding.fix {
            fix.elsewhere.extend(edits);
        }
        self
    }

    /// A repair as SQL to be written by hand or in a new migration.
    pub fn sql(self, title: &str, sql: impl Into<String>) -> Self {
        self.found.finding.fix =
            Some(Fix { title: title.to_owned(), sql: Some(sql.into()), ..Fix::default() });
        self
    }
}
