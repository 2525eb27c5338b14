//! Where a schema comes from: a database, a snapshot, or SQL files loaded into a scratch database.

use std::path::{Path, PathBuf};

use pgkeel_core::schema::{Schema, SnapshotError};
use tokio_postgres::NoTls;

use crate::introspect;

/// Where a schema comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A database.
    Database(String),
    /// A snapshot that `dump --format json` wrote.
    Snapshot(PathBuf),
    /// A `.sql` file or a folder of them.
    Files(PathBuf),
}

/// Why a source gave no schema.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection could not be made.
    #[error("cannot connect: {0}")]
    Connect(#[source] tokio_postgres::Error),
    /// Reading the schema failed.
    #[error(transparent)]
    Introspect(#[from] introspect::Error),
    /// The file could not be read.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        error: std::io::Error,
    },
    /// The file is no snapshot.
    #[error("{}: {error}", path.display())]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: SnapshotError,
    },
}

/// A schema, and what is known about where it was.
#[derive(Debug)]
pub struct Loaded {
    /// The schema.
    pub schema: Schema,
    /// The role of the session that read it, for a database.
    pub role: Option<String>,
}

impl Source {
    /// What the text on a command line names.
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Self::Database(text.to_owned());
        }
        let path = PathBuf::from(text);
        if path.extension().is_some_and(|extension| extension == "json") {
            Self::Snapshot(path)
        } else {
            Self::Files(path)
        }
    }

    /// Reads the schema.
    ///
    /// # Errors
    /// When the database cannot be reached or read, or the file is missing or not what its name says.
    pub async fn load(&self) -> Result<Loaded, Error> {
        match self {
            Self::Database(url) => {
                let (client, connection) =
                    tokio_postgres::connect(url, NoTls).await.map_err(Error::Connect)?;
                let task = tokio::spawn(connection);
                let read = introspect::read(&client).await;
                drop(client);
                // The connection ends by itself once its client is gone; how it ended changes nothing.
                let _ = task.await;
                let (schema, session) = read?;
                Ok(Loaded { schema, role: Some(session.role) })
            }
            Self::Snapshot(path) => {
                let text = read_file(path).await?;
                let schema = Schema::from_json(&text)
                    .map_err(|error| Error::Snapshot { path: path.clone(), error })?;
                Ok(Loaded { schema, role: None })
            }
            Self::Files(path) => {
                let error = std::io::Error::new(std::io::ErrorKind::Unsupported, "needs a scratch database");
                Err(Error::File { path: path.clone(), error })
            }
        }
    }
}

async fn read_file(path: &Path) -> Result<String, Error> {
    tokio::fs::read_to_string(path).await.map_err(|error| Error::File { path: path.to_owned(), error })
}
