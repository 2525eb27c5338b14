//! What can fail, and what to do about it. Every message says what, where, why; `help` says what to do.

use pgkeel_core::finding::Finding;
use pgkeel_core::migration::Invalid;
use pgkeel_core::migration::set::SetError;
use pgkeel_core::sql::text::NotText;

use crate::statement_error::StatementError;
use tokio_postgres::error::Severity;

/// Anything that stops an operation of the library.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No session could be opened, or an address is wrong.
    #[error(transparent)]
    Database(#[from] crate::database::Error),
    /// The project or its environment cannot be used.
    #[error(transparent)]
    Project(#[from] crate::load::LoadError),
    /// A schema could not be read.
    #[error(transparent)]
    Source(#[from] Box<crate::source::Error>),
    /// A file or folder could not be read or written.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// `read`, `write`, ...
        doing: &'static str,
        /// Which one.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A revision that git does not know.
    #[error("git knows no revision `{0}` here")]
    Revision(String),
    /// A file is not SQL text.
    #[error("{file}:{}:{}: {why}", .why.position().line, .why.position().column)]
    NotText {
        /// The file.
        file: String,
        /// Why.
        why: NotText,
    },
    /// A file is not a migration.
    #[error("{file}:{}:{}: {why}", .why.position().line, .why.position().column)]
    Invalid {
        /// The file.
        file: String,
        /// The line that `why` is about.
        line: String,
        /// Why.
        why: Invalid,
    },
    /// A file is not a seed.
    #[error("{why}")]
    Seed {
        /// The line that `why` is about.
        line: String,
        /// Why.
        why: pgkeel_core::seed::SeedError,
    },
    /// The files do not make a set of migrations.
    #[error("the migrations folder is not in order:\n{}", list(.0))]
    Set(Vec<SetError>),
    /// The history could not be read or written.
    #[error("cannot {doing} the history in namespace `{namespace}`: {}", server_words(.source))]
    History {
        /// Its namespace.
        namespace: String,
        /// `read`, `create`, `write`.
        doing: &'static str,
        /// The server's answer.
        source: tokio_postgres::Error,
    },
    /// A newer pgkeel wrote the history.
    #[error(
        "the history in namespace `{namespace}` was written by pgkeel {written_by}, in a layout that pgkeel {this} \
         does not know: use a newer pgkeel"
    )]
    NewerHistory {
        /// Its namespace.
        namespace: String,
        /// Version that wrote it.
        written_by: String,
        /// This version.
        this: String,
    },
    /// Another runner works on this history.
    #[error("another pgkeel holds the lock of history `{namespace}`: {holder}")]
    Locked {
        /// The history's namespace.
        namespace: String,
        /// Who, as far as the server tells.
        holder: String,
    },
    /// A statement of a migration failed.
    #[error(transparent)]
    Statement(#[from] Box<StatementError>),
    /// Somebody asked the run to stop.
    #[error("interrupted. {outcome}")]
    Interrupted {
        /// What is applied, and what was rolled back.
        outcome: String,
    },
    /// The connection was lost again and again, or the server did not come back.
    #[error("{source}\n{outcome}")]
    Lost {
        /// The last failure.
        source: Box<Error>,
        /// What is applied, as far as it is known.
        outcome: String,
    },
    /// A hook failed.
    #[error("hook `{what}` {reason}\n{outcome}.")]
    Hook {
        /// Its command or file.
        what: String,
        /// How.
        reason: String,
        /// What is applied.
        outcome: String,
    },
    /// The files and the history contradict each other; nothing was run.
    #[error("{message}")]
    Refused {
        /// What contradicts what.
        message: String,
        /// What to do.
        help: String,
    },
    /// What was asked for does not exist, or makes no sense: a mistake in the call, not in the database.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// Findings stop the run before its first statement.
    #[error("{what}{}", each(.findings))]
    Findings {
        /// What they stop, as a sentence.
        what: String,
        /// What they are.
        findings: Vec<Finding>,
    },
    /// The server answered with an error, or the connection broke.
    #[error("{doing}: {}", server_words(.source))]
    Server {
        /// What pgkeel was doing.
        doing: String,
        /// The server's answer.
        source: tokio_postgres::Error,
    },
}

impl Error {
    /// What to do about it, when there is more to say than the message does.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Refused { help, .. } | Self::Usage { help, .. } => Some(help.clone()),
            Self::Database(error) => error.help(),
            Self::Project(error) => error.help(),
            Self::Revision(_) => Some("name a branch, a tag or a commit; fetch it first when it is remote".to_owned()),
            Self::Interrupted { .. } => {
                Some("run the command again: it goes on where this run ended".to_owned())
            }
            Self::Lost { .. } => Some(
                "run the command again when the server can be reached: it goes on where this run ended; where the \
                 connection is lost at the same place each time, a statement there ends its own session or crashes the \
                 server, whose log tells which"
                    .to_owned(),
            ),
            Self::Io { doing: "read", source, .. } if source.kind() == std::io::ErrorKind::NotFound => Some(
                "`pgkeel init` makes a project; --project names the folder of one, and `dir` in [migrations] where its \
                 migrations are"
                    .to_owned(),
            ),
            Self::Locked { .. } => Some(
                "`pgkeel status` says what it is doing; --wait SECONDS waits for it to end".to_owned(),
            ),
            Self::History { namespace, doing: "read", source } if is_forbidden(source) => Some(format!(
                "whoever owns it may let this role read it: GRANT USAGE ON SCHEMA {0} TO ROLE; GRANT SELECT ON ALL TABLES IN \
                 SCHEMA {0} TO ROLE",
                pgkeel_core::sql::ident::Ident(namespace)
            )),
            Self::Hook { .. } => Some(
                "mend it and run the command again, or let the run go on without it: on_failure = \"continue\" in \
                 [migrations.hooks]"
                    .to_owned(),
            ),
            _ => None,
        }
    }

    /// The server's SQLSTATE, when it was the server that refused.
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            Self::Database(error) => error.sqlstate(),
            Self::Server { source, .. } | Self::History { source, .. } => {
                source.code().map(tokio_postgres::error::SqlState::code)
            }
            _ => None,
        }
    }

    /// Whether the connection is gone: then nobody told whether the last transaction was committed.
    pub(crate) fn is_disconnect(&self) -> bool {
        match self {
            Self::Server { source, .. }
            | Self::History { source, .. }
            | Self::Database(crate::database::Error::Query { source, .. }) => ends_the_connection(source),
            _ => false,
        }
    }

    /// A failed question to the server.
    pub(crate) fn server(doing: impl Into<String>) -> impl FnOnce(tokio_postgres::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Server { doing, source }
    }
}

/// The driver's own failures, and a server that goes down or throws us out: it says so with severity FATAL or PANIC.
/// The code tells nothing: 08006 is also what a `dblink` call to elsewhere fails with.
pub(crate) fn ends_the_connection(error: &tokio_postgres::Error) -> bool {
    match error.as_db_error() {
        None => {
            error.is_closed()
                || std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        }
        Some(db) => matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic)),
    }
}

/// A line per finding: where, what, and what to do.
fn each(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let place =
            finding.span.as_ref().map(|span| format!("{}:{}: ", span.file, span.line)).unwrap_or_default();
        let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("\n  {place}{}{help}", finding.message)
    };
    findings.iter().map(line).collect()
}

fn list(errors: &[SetError]) -> String {
    errors.iter().map(|error| format!("  {error}")).collect::<Vec<_>>().join("\n")
}

/// The server's message with its SQLSTATE; the driver's own words only when there is no server message.
pub(crate) fn server_words(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => {
            let detail = db.detail().map(|d| format!(" ({d})")).unwrap_or_default();
            format!("{} [{}]{detail}", db.message(), db.code().code())
        }
        None => match std::error::Error::source(error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    }
}

/// The role lacks the right.
fn is_forbidden(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE)
}
