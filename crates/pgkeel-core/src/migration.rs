//! A migration: what a file in the migrations folder asks for. What the database recorded of it is an
//! [`crate::history::Entry`]; the two are never the same type.

use crate::sql::position::Position;
use crate::sql::script::{Piece, ScriptError, Statement};

pub mod checksum;
pub mod directive;
pub mod file_name;
pub mod reader;
pub mod set;
pub mod version;

pub use checksum::Checksum;
pub use directive::Directives;
pub use version::Version;

/// One migration of a project, from one file or from an up and a down file.
#[derive(Debug, Clone)]
pub struct Migration {
    /// Its number or timestamp.
    pub version: Version,
    /// The rest of the file's name, without direction and ending.
    pub name: String,
    /// What applying it runs.
    pub up: Part,
    /// What rolling it back runs, when someone wrote that.
    pub down: Option<Part>,
}

impl Migration {
    /// `0014_create_users`, as messages name it.
    pub fn label(&self) -> String {
        Self::label_of(&self.version, &self.name)
    }

    /// The label of a migration of this version and name.
    pub fn label_of(version: &Version, name: &str) -> String {
        if name.is_empty() { version.to_string() } else { format!("{version}_{name}") }
    }
}

/// One direction of a migration.
#[derive(Debug, Clone)]
pub struct Part {
    /// The file it stands in, as messages name it.
    pub file: String,
    /// What the leading comments ask for.
    pub directives: Directives,
    /// Over its tokens; see [`checksum`].
    pub checksum: Checksum,
    /// How many statements it has, without a `BEGIN`/`COMMIT` around all of them.
    pub statements: usize,
    /// Its pieces in order, without that wrapper; `None` when the file is so large that it is read again to be run.
    pub pieces: Option<Vec<Piece>>,
    /// Bytes of text.
    pub bytes: usize,
}

impl Part {
    /// The statements, when they are in memory.
    pub fn in_memory(&self) -> impl Iterator<Item = &Statement> {
        self.pieces.iter().flatten().filter_map(|piece| match piece {
            Piece::Statement(statement) => Some(statement),
            Piece::CopyData(_) | Piece::Comment { .. } => None,
        })
    }
}

/// Why a file is not a migration. Found before the database is asked anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The script itself cannot be cut into statements.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// A directive that pgkeel does not know or cannot read.
    #[error("{message}")]
    Directive {
        /// What is wrong with it, and what is meant perhaps.
        message: String,
        /// Where the comment begins.
        position: Position,
    },
    /// `COMMIT` and its kin in a place where they would end pgkeel's own transaction.
    #[error(
        "`{statement}` would end the transaction in which pgkeel runs this file together with what it records of it: \
         remove it (one BEGIN ... COMMIT around the whole file is fine), or split the file"
    )]
    TransactionControl {
        /// The statement's first words.
        statement: String,
        /// Where it is.
        position: Position,
    },
    /// Statements before `-- pgkeel:up`, or one marker twice.
    #[error("{message}")]
    Section {
        /// What is wrong.
        message: String,
        /// Where.
        position: Position,
    },
}

impl Invalid {
    /// Where in the file.
    pub fn position(&self) -> Position {
        match self {
            Self::Script(error) => error.position,
            Self::Directive { position, .. }
            | Self::TransactionControl { position, .. }
            | Self::Section { position, .. } => *position,
        }
    }
}
