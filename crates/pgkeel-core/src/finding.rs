//! What pgkeel thinks is wrong: one shape for review, validate, health-check and every other command that reports.

use serde::{Deserialize, Serialize};

/// How much a finding matters. Ordered from least to most.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Info,
    /// Wrong or risky, but the system works: exit code 1 only when asked for.
    Warning,
    /// Must be dealt with: exit code 1.
    Error,
    /// The database is not what the application needs; start-up stops in a strict environment.
    Critical,
}

/// A place in a file. Lines and columns start at 1; columns count characters; the end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The file, as the user named it or relative to the project.
    pub file: String,
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// Column after the last character.
    pub end_column: usize,
}

/// One finding. What does not apply is `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Rule id, kebab-case; equals the rule's file name.
    pub rule: String,
    /// How much it matters here (after configuration).
    pub severity: Severity,
    /// One sentence: what is wrong, with names.
    pub message: String,
    /// Where in a file.
    pub span: Option<Span>,
    /// Which database object, e.g. `table public.users` or `index public.users_email_idx`.
    pub object: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// A mechanical repair, when there is one.
    pub fix: Option<Fix>,
}

/// A repair as data: edits of the file in which the finding is, or SQL that repairs the database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What the repair does, in the imperative.
    pub title: String,
    /// Replacements of byte ranges in the finding's file, not overlapping.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// Replacements in other files that belong to it: the way back in a file of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Elsewhere>,
    /// Statements (or a pgkeel command) that repair the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// Migrations that have to come after the mended file, each with the next free number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub migrations: Vec<FollowUp>,
}

impl Fix {
    /// Whether `review --fix` can carry it out: it edits files, or adds one.
    pub fn is_mechanical(&self) -> bool {
        !self.edits.is_empty() || !self.migrations.is_empty()
    }
}

/// A migration that a repair adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Its name, without number and ending.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Its way back, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<String>,
}

/// Edits of another file than the finding's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// The file.
    pub file: String,
    /// Replacements of byte ranges of it.
    pub edits: Vec<Edit>,
}

/// Replace the bytes `start..end` of a file by `text`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// First byte replaced.
    pub start: usize,
    /// Byte after the last one replaced.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
}

impl Finding {
    /// A finding with nothing but its rule, severity and message.
    pub fn new(rule: &str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            rule: rule.to_owned(),
            severity,
            message: message.into(),
            span: None,
            object: None,
            help: None,
            fix: None,
        }
    }

    /// The same finding about a database object.
    #[must_use]
    pub fn on(mut self, object: impl Into<String>) -> Self {
        self.object = Some(object.into());
        self
    }

    /// The same finding at a place in a file.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same finding with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
