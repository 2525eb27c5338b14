//! Why a command failed, and the exit code that says so: 2 usage or configuration, 3 the database or IO, 4 refused.

use std::process::ExitCode;

use pgkeel::Error;
use pgkeel::database::Error as Database;
use pgkeel::load::LoadError;
use pgkeel::statement_error::StatementError;
use pgkeel_core::event::Event;
use pgkeel_core::finding::{Finding, Span};
use pgkeel_core::sql::position::Position;
use serde_json::{Value, json};

use crate::render::json_value;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// The project or its configuration.
    Load(LoadError),
    /// Anything that the library says.
    Library(Box<Error>),
    /// Something about the command line that clap cannot know.
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// The database accepts connections and does not answer.
    Unreachable {
        /// Which, and how long was waited.
        message: String,
        /// What to do.
        help: String,
    },
    /// A source of a schema, a plan or its proof, with the exit code for it.
    Schema {
        /// What happened.
        message: String,
        /// 2, 3 or 4.
        code: u8,
    },
    /// Standard output is closed.
    Output(std::io::Error),
}

impl Failure {
    /// A mistake in how the command was called.
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: help.into() }
    }

    /// What happened, in one or more lines.
    pub fn message(&self) -> String {
        match self {
            Self::Load(error) => error.to_string(),
            Self::Library(error) => match error.as_ref() {
                // The findings are shown with their files.
                Error::Findings { what, .. } => what.clone(),
                error => error.to_string(),
            },
            Self::Usage { message, .. }
            | Self::Schema { message, .. }
            | Self::Unreachable { message, .. } => message.clone(),
            Self::Output(error) => format!("cannot write to standard output: {error}"),
        }
    }

    /// The line of the file that the message is about.
    pub fn line(&self) -> Option<(usize, usize, &str)> {
        let Self::Library(error) = self else { return None };
        match error.as_ref() {
            Error::Invalid { line, why, .. } => Some((why.position().line, why.position().column, line)),
            Error::Seed { line, why } => Some((why.position.line, why.position.column, line)),
            _ => None,
        }
    }

    /// Findings that stopped the command.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Library(error) => match error.as_ref() {
                Error::Findings { findings, .. } => findings,
                _ => &[],
            },
            _ => &[],
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Load(error) => error.help(),
            Self::Library(error) => error.help(),
            Self::Usage { help, .. } | Self::Unreachable { help, .. } => Some(help.clone()),
            Self::Output(_) | Self::Schema { .. } => None,
        }
    }

    /// The exit code of `design/cli.md`: a contract.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Load(_) | Self::Usage { .. } => 2,
            Self::Schema { code, .. } => *code,
            Self::Library(error) => match error.as_ref() {
                Error::Locked { .. }
                | Error::Refused { .. }
                | Error::Findings { .. }
                | Error::NewerHistory { .. }
                | Error::Database(Database::Pooler { .. }) => 4,
                Error::Revision(_)
                | Error::NotText { .. }
                | Error::Invalid { .. }
                | Error::Seed { .. }
                | Error::Usage { .. }
                | Error::Set(_)
                | Error::Database(
                    Database::Address { .. }
                    | Database::Unset(_)
                    | Database::Service { .. }
                    | Database::File { .. }
                    | Database::Tls { .. },
                ) => 2,
                _ => 3,
            },
            Self::Output(_) | Self::Unreachable { .. } => 3,
        }
    }

    /// Everything that is known of it, for programs.
    pub fn document(&self) -> Value {
        let statement = match self {
            Self::Library(error) => match error.as_ref() {
                Error::Statement(statement) => Some(statement),
                _ => None,
            },
            _ => None,
        };
        let (file, line, column) = self.place();
        let text = |get: fn(&StatementError) -> Option<&String>| statement.and_then(|error| get(error));
        json!({
            "format": "pgkeel/error/1",
            "exit_code": self.code(),
            "message": statement.map_or_else(|| self.message(), |error| error.message.clone()),
            "help": self.help(),
            "file": file,
            "line": line,
            "column": column,
            "sqlstate": self.sqlstate(),
            "detail": text(|error| error.detail.as_ref()),
            "hint": text(|error| error.hint.as_ref()),
            "context": text(|error| error.context.as_ref()),
            "outcome": statement.map(|error| error.outcome.as_str()).filter(|outcome| !outcome.is_empty()),
            "findings": self.findings().iter().map(json_value).collect::<Vec<_>>(),
        })
    }

    /// The same as the last event.
    pub fn event(&self) -> Event {
        let (file, line, column) = self.place();
        let message = match self {
            Self::Library(error) => match error.as_ref() {
                Error::Statement(statement) => statement.message.clone(),
                _ => self.message(),
            },
            _ => self.message(),
        };
        Event::Error { message, help: self.help(), exit_code: self.code(), file, line, column }
    }

    fn sqlstate(&self) -> Option<&str> {
        let Self::Library(error) = self else { return None };
        match error.as_ref() {
            Error::Statement(statement) => statement.sqlstate.as_deref(),
            error => error.sqlstate(),
        }
    }

    /// The file, line and column that it is about, as far as they are known.
    fn place(&self) -> (Option<String>, Option<usize>, Option<usize>) {
        let at = |file: &str, position: &Position| {
            (Some(file.to_owned()), Some(position.line), Some(position.column))
        };
        let spanned = |span: &Span| (Some(span.file.clone()), Some(span.line), Some(span.column));
        match self {
            Self::Library(error) => match error.as_ref() {
                Error::Statement(error) => at(&error.file, &error.position),
                Error::Invalid { file, why, .. } => at(file, &why.position()),
                Error::NotText { file, why } => at(file, &why.position()),
                Error::Seed { why, .. } => at(&why.file, &why.position),
                Error::Findings { findings, .. } => findings
                    .iter()
                    .find_map(|finding| finding.span.as_ref())
                    .map_or((None, None, None), spanned),
                _ => (None, None, None),
            },
            Self::Load(LoadError::Config(problems)) => {
                problems.0.first().map_or((None, None, None), |problem| spanned(&problem.span))
            }
            _ => (None, None, None),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(Box::new(error))
    }
}

impl From<pgkeel::database::Error> for Failure {
    fn from(error: pgkeel::database::Error) -> Self {
        Self::Library(Box::new(Error::Database(error)))
    }
}

impl From<pgkeel::source::Error> for Failure {
    fn from(error: pgkeel::source::Error) -> Self {
        use pgkeel::source::Error as Source;
        let usage = matches!(
            error,
            Source::Unknown(_)
                | Source::File { .. }
                | Source::Snapshot { .. }
                | Source::Empty(_)
                | Source::Migrations(_)
                | Source::Project(_)
                | Source::NoEngine
                | Source::Rename(_)
                | Source::Load(_)
        );
        Self::Schema { message: error.to_string(), code: if usage { 2 } else { 3 } }
    }
}

impl From<pgkeel::prove::Error> for Failure {
    fn from(error: pgkeel::prove::Error) -> Self {
        Self::Schema { message: error.to_string(), code: 3 }
    }
}

impl From<pgkeel::apply::plan::Error> for Failure {
    fn from(error: pgkeel::apply::plan::Error) -> Self {
        match error {
            pgkeel::apply::plan::Error::Run(error) => Self::Library(error),
            error => {
                let code = if error.is_refusal() { 4 } else { 3 };
                Self::Schema { message: error.to_string(), code }
            }
        }
    }
}

impl From<pgkeel::auto_fix::Error> for Failure {
    fn from(error: pgkeel::auto_fix::Error) -> Self {
        use pgkeel::auto_fix::Error as AutoFix;
        match error {
            AutoFix::Library(error) => Self::Library(error),
            AutoFix::Source(error) => (*error).into(),
            AutoFix::Unproven(error) => (*error).into(),
            error => {
                let code = if error.is_refusal() { 4 } else { 3 };
                Self::Schema { message: error.to_string(), code }
            }
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}
