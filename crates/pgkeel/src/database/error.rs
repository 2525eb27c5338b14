//! Why a database could not be reached or used: where, what, and what to do. No secret is in any of it.

use super::Origin;
use pgkeel_core::config::ConfigProblems;
use pgkeel_core::url::{UrlError, redact};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

/// A failure of the world around the database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is no address, or its options contradict each other.
    #[error("the database address {origin} cannot be used: {source}")]
    Address {
        /// Who gave it.
        origin: Origin,
        /// What is wrong.
        source: UrlError,
    },
    /// The project's file names it with a variable that is not set.
    #[error("{0}")]
    Unset(ConfigProblems),
    /// A service that no service file has.
    #[error("no service file has a service \"{name}\"")]
    Service {
        /// As asked for.
        name: String,
    },
    /// A file that the address names cannot be read.
    #[error("cannot read {what} {}: {source}", path.display())]
    File {
        /// What the file is for.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// TLS cannot be set up as asked; nothing was sent.
    #[error("TLS cannot be set up: {problem}")]
    Tls {
        /// What is wrong.
        problem: String,
    },
    /// No host accepted the connection.
    #[error("cannot connect to {target}{}{}", after_waiting(*.waited), list(.failures))]
    Connect {
        /// The address, masked.
        target: String,
        /// What each host said, in the order they were tried.
        failures: Vec<Failure>,
        /// How long was waited for a database that is starting.
        waited: Option<Duration>,
        /// Why the password file was ignored, when it was.
        passfile: Option<String>,
    },
    /// The embedded engine cannot do this, or failed.
    #[error("{0}")]
    Embedded(String),
    /// The server speaks PostgreSQL's protocol and is something else, or too old.
    #[error("{product} is not supported: {why}")]
    Product {
        /// What it is.
        product: String,
        /// Why it is refused.
        why: &'static str,
    },
    /// A pooler that gives every statement another connection.
    #[error(
        "a connection pooler in statement mode stands between pgkeel and the server: it allows no transactions"
    )]
    Pooler {
        /// How the server is reached without it.
        direct: String,
    },
    /// A statement of pgkeel's own failed.
    #[error("{doing} failed: {}", server_or_driver(source))]
    Query {
        /// What pgkeel was doing.
        doing: &'static str,
        /// What the server or the driver said.
        source: tokio_postgres::Error,
    },
}

impl Error {
    /// What to do about it, when there is something better than the message itself.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Service { .. } => Some(
                "services are read from ~/.pg_service.conf, or from the file that PGSERVICEFILE names"
                    .to_owned(),
            ),
            Self::Connect { failures, passfile, .. } => {
                let help = failures.iter().find_map(|failure| failure.cause.help());
                match (help, passfile) {
                    (Some(help), Some(passfile)) => Some(format!("{help}; {passfile}")),
                    (help, passfile) => help.or_else(|| passfile.clone()),
                }
            }
            Self::Pooler { direct } => Some(direct.clone()),
            _ => None,
        }
    }

    /// The SQLSTATE, when the server said one.
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            Self::Connect { failures, .. } => {
                failures.iter().rev().find_map(|failure| match &failure.cause {
                    Cause::Server(error) => Some(error.code.as_str()),
                    _ => None,
                })
            }
            Self::Query { source, .. } => source.code().map(SqlState::code),
            _ => None,
        }
    }

    /// Whether the mistake is in the configuration (exit code 2) and not in the world (exit code 3).
    pub fn is_configuration(&self) -> bool {
        matches!(self, Self::Address { .. } | Self::Unset(_) | Self::Service { .. } | Self::Tls { .. })
    }
}

/// One host that did not accept the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The host as written, and the address that was tried.
    pub place: String,
    /// Why.
    pub cause: Cause,
}

/// Why one host did not accept the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The name could not be resolved.
    Lookup(String),
    /// The socket could not be opened, or broke.
    Socket(io::ErrorKind, String),
    /// No answer in time.
    Timeout(Duration),
    /// TLS is demanded and the server has none.
    NoTls,
    /// The handshake or the certificate.
    Tls(String),
    /// The server asks for a password and there is none.
    NoPassword,
    /// The server answered with an error.
    Server(Box<ServerError>),
    /// The server is not of the kind that `target_session_attrs` asks for.
    WrongKind(&'static str),
    /// Authentication failed on our side: an unknown method, channel binding missing.
    Authentication(String),
}

impl Cause {
    /// Whether waiting may help: the database is starting, sleeping, failing over or out of connections.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Lookup(_) | Self::Timeout(_) | Self::WrongKind(_) => true,
            Self::Socket(kind, _) => {
                !matches!(kind, io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported)
            }
            Self::Server(error) => {
                matches!(error.code.as_str(), "57P03" | "57P01" | "57P02" | "53300")
                    || error.code.starts_with("08")
            }
            Self::NoTls | Self::Tls(_) | Self::NoPassword | Self::Authentication(_) => false,
        }
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::Socket(io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound, _) => {
                "nothing listens there: is the server running, and are host and port right?"
            }
            Self::Socket(io::ErrorKind::PermissionDenied, _) => "this user may not open the socket",
            Self::Timeout(_) => "a firewall may drop the packets, or the host is down",
            Self::NoTls => "the server has TLS off: set ssl=on there, or use sslmode=prefer or disable",
            Self::NoPassword => {
                "give it in the address, in PGPASSWORD or in ~/.pgpass; # ? @ : / % in an address must be percent-encoded"
            }
            Self::Server(error) => match error.code.as_str() {
                "28P01" => {
                    "wrong user or password; if the password holds # ? @ : / or %, percent-encode it in the address"
                }
                // Both refusals have this SQLSTATE.
                "28000" if error.message.contains("role \"") && error.message.contains("does not exist") => {
                    "name a role that exists: postgres://ROLE@HOST/DATABASE, or PGUSER; without one it is the name of the user"
                }
                "28000" => "pg_hba.conf of the server does not let this user in from here, or asks for TLS",
                "3D000" => return Some(no_such_database(&error.message)),
                "53300" => "too many clients: free some, or raise max_connections",
                "08P01" if error.message.contains("parameter") => {
                    "a connection pooler stands in between and knows no \"options\": use the server's own address"
                }
                "57P03" => "the server is starting or stopping: wait for it, or let pgkeel wait",
                _ => return error.hint.clone(),
            },
            _ => return None,
        };
        Some(help.to_owned())
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lookup(problem) => write!(f, "the name cannot be resolved: {problem}"),
            Self::Socket(_, problem) | Self::Tls(problem) | Self::Authentication(problem) => {
                f.write_str(problem)
            }
            Self::Timeout(after) => write!(f, "no answer within {:.1} s", after.as_secs_f64()),
            Self::NoTls => f.write_str("the server does not offer TLS, and sslmode demands it"),
            Self::NoPassword => f.write_str("the server asks for a password, and none was given"),
            Self::Server(error) => error.fmt(f),
            Self::WrongKind(wanted) => {
                write!(f, "the server is not {wanted}, as target_session_attrs demands")
            }
        }
    }
}

/// The server quotes the name, in whatever language it speaks.
fn no_such_database(message: &str) -> String {
    let quoted =
        message.split(['"', '«', '»', '„', '“', '”']).nth(1).map(str::trim).filter(|name| !name.is_empty());
    let plain = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let name = quoted.filter(plain).map_or_else(|| "with its name".to_owned(), str::to_owned);
    format!("create it with: createdb {name}, or correct the name in the address")
}

/// An error as the server sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerError {
    /// `ERROR`, `FATAL` or `PANIC`; never translated where the server tells (9.6 and later).
    pub severity: String,
    /// SQLSTATE.
    pub code: String,
    /// The text, in the server's language.
    pub message: String,
    /// More about it.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where it was raised: a stack of PL/pgSQL functions.
    pub context: Option<String>,
    /// Character in the statement, from 1.
    pub position: Option<u32>,
    /// Character in a query that the server generated, from 1, and that query.
    pub internal: Option<(u32, String)>,
    /// The constraint that was violated.
    pub constraint: Option<String>,
    /// The table concerned, with its namespace.
    pub table: Option<(String, String)>,
    /// The column concerned.
    pub column: Option<String>,
}

impl From<&DbError> for ServerError {
    fn from(error: &DbError) -> Self {
        let text = |text: Option<&str>| text.map(redact);
        let (position, internal) = match error.position() {
            Some(ErrorPosition::Original(position)) => (Some(*position), None),
            Some(ErrorPosition::Internal { position, query }) => (None, Some((*position, redact(query)))),
            None => (None, None),
        };
        Self {
            severity: error.parsed_severity().map_or_else(|| error.severity().to_owned(), |s| s.to_string()),
            code: error.code().code().to_owned(),
            message: redact(error.message()),
            detail: text(error.detail()),
            hint: text(error.hint()),
            context: text(error.where_()),
            position,
            internal,
            constraint: text(error.constraint()),
            table: error
                .schema()
                .zip(error.table())
                .map(|(schema, table)| (schema.to_owned(), table.to_owned())),
            column: text(error.column()),
        }
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (SQLSTATE {})", self.message, self.code)?;
        if let Some(detail) = &self.detail {
            write!(f, "; {detail}")?;
        }
        Ok(())
    }
}

/// What the server said, else what the driver said with its causes.
fn server_or_driver(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => ServerError::from(error).to_string(),
        None => chain(error),
    }
}

/// An error with its causes, which the driver's own text leaves out.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    redact(&text)
}

fn after_waiting(waited: Option<Duration>) -> String {
    waited.map(|waited| format!(" (waited {} s)", waited.as_secs())).unwrap_or_default()
}

fn list(failures: &[Failure]) -> String {
    // One host that says the same with TLS and without it says it once.
    let mut told: Vec<&Failure> = Vec::new();
    for failure in failures {
        if !told.contains(&failure) {
            told.push(failure);
        }
    }
    match told.as_slice() {
        [only] => format!(": {}: {}", only.place, only.cause),
        several => several.iter().fold(String::new(), |mut text, failure| {
            text += "\n  ";
            text += &failure.place;
            text += ": ";
            text += &failure.cause.to_string();
            text
        }),
    }
}
