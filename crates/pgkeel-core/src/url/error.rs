//! What can be wrong with a connection string. No variant carries a secret.

/// A connection string that cannot be used: what is wrong, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// Nothing was given.
    #[error("the database address is empty; write postgres://USER:PASSWORD@HOST:PORT/DATABASE")]
    Empty,
    /// Neither a URL nor `key=value`.
    #[error(
        "the database address is neither a URL nor key=value pairs; \
         write postgres://USER:PASSWORD@HOST:PORT/DATABASE, or \"host=HOST dbname=DATABASE\", or embedded:"
    )]
    NotAnAddress,
    /// A URL of another kind.
    #[error("\"{scheme}://\" is not a PostgreSQL address; {help}")]
    Scheme {
        /// What stood before `://`.
        scheme: String,
        /// What to write instead.
        help: &'static str,
    },
    /// The text does not follow the grammar.
    #[error("{0}")]
    Syntax(String),
    /// The part before the `@` probably holds a character that must be encoded.
    #[error(
        "{problem}; if the password holds one of # ? @ : / % [ ] or a space, percent-encode it \
         (# is %23, ? is %3F, @ is %40, : is %3A, / is %2F, % is %25, [ is %5B, ] is %5D, a space is %20)"
    )]
    Encoding {
        /// What could not be read.
        problem: String,
    },
    /// An option that neither libpq nor pgkeel knows.
    #[error("unknown connection option \"{name}\"{}", .help.as_ref().map(|h| format!("; {h}")).unwrap_or_default())]
    UnknownOption {
        /// The option as written.
        name: String,
        /// The nearest known option, or what another tool's option is called here.
        help: Option<String>,
    },
    /// An option of libpq that pgkeel will not pretend to honour.
    #[error("the connection option \"{name}\" is not supported: {why}")]
    Unsupported {
        /// The option.
        name: &'static str,
        /// Why, and what to do instead.
        why: &'static str,
    },
    /// A value that its option cannot have.
    #[error("\"{value}\" is not a value of the connection option \"{name}\": expected {expected}")]
    Value {
        /// The option; never a secret one.
        name: &'static str,
        /// The value as written.
        value: String,
        /// What it may be.
        expected: String,
    },
    /// Options that contradict each other.
    #[error("{0}")]
    Conflict(String),
}

impl UrlError {
    pub(super) fn scheme(scheme: &str) -> Self {
        let lower = scheme.to_ascii_lowercase();
        let help = if lower.starts_with("jdbc:") {
            "leave out \"jdbc:\" and give user and password as postgres://USER:PASSWORD@HOST/DATABASE"
        } else if lower == "postgres" || lower == "postgresql" {
            "write the scheme in lower case: postgres://"
        } else if lower.starts_with("postgres") || lower.starts_with("prisma+postgres") {
            "leave out what is added to the scheme (the name of a driver): write postgres://"
        } else if lower.starts_with("mysql") || lower.starts_with("sqlite") || lower.starts_with("mssql") {
            "pgkeel works with PostgreSQL only"
        } else {
            "write postgres://USER:PASSWORD@HOST:PORT/DATABASE"
        };
        Self::Scheme { scheme: scheme.to_owned(), help }
    }
}
