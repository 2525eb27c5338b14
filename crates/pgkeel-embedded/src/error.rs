//! Why an embedded database could not be started or stopped, in words that say what to do.

use std::io;
use std::path::{Path, PathBuf};

/// What went wrong with an embedded database. Every message names the folder and the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// Another server, of this process or another, has the folder open.
    #[error(
        "the embedded database in {dir} is in use by {by}; wait until it ends, or choose another folder",
        dir = .dir.display(),
        by = .process.map_or_else(|| "another process".to_owned(), |id| format!("process {id}"))
    )]
    InUse {
        /// The folder asked for.
        dir: PathBuf,
        /// The process that holds it, when it wrote its number down.
        process: Option<u32>,
    },
    /// The folder was made by an engine build that this one cannot read.
    #[error(
        "the embedded database in {dir} was made by {found}, this pgkeel has {expected}; open it with the pgkeel that made it, or delete the folder and start anew",
        dir = .dir.display()
    )]
    OtherVersion {
        /// The folder asked for.
        dir: PathBuf,
        /// The engine that the folder says it belongs to.
        found: String,
        /// The engine in this program.
        expected: String,
    },
    /// The folder holds something that pgkeel did not put there.
    #[error(
        "{dir} is not an embedded database of pgkeel: it holds {holds}; choose an empty or a new folder",
        dir = .dir.display()
    )]
    NotOurs {
        /// The folder asked for.
        dir: PathBuf,
        /// What was found in it.
        holds: String,
    },
    /// No space is left where the engine has to write.
    #[error("the disk that holds {path} is full ({source}); free some space there, or choose another folder", path = .path.display())]
    DiskFull {
        /// The folder that could not be written.
        path: PathBuf,
        /// The system's own error.
        #[source]
        source: io::Error,
    },
    /// The engine has to write where this user may not.
    #[error("{path} cannot be written ({source}); choose a folder that this user may write", path = .path.display())]
    ReadOnly {
        /// The folder that could not be written.
        path: PathBuf,
        /// The system's own error.
        #[source]
        source: io::Error,
    },
    /// The engine cannot unpack itself.
    #[error(
        "the embedded PostgreSQL unpacks itself once into {path}, which cannot be written ({source}); point HOME or XDG_CACHE_HOME to a folder that this user may write",
        path = .path.display()
    )]
    Cache {
        /// The engine's folder in the user's cache.
        path: PathBuf,
        /// The system's own error.
        #[source]
        source: io::Error,
    },
    /// Any other failure of the file system.
    #[error("{path}: {source}", path = .path.display())]
    Io {
        /// The file or folder concerned.
        path: PathBuf,
        /// The system's own error.
        #[source]
        source: io::Error,
    },
    /// The engine itself refused to start.
    #[error("the embedded PostgreSQL did not start: {reason}")]
    Engine {
        /// What the engine said, outermost cause first.
        reason: String,
    },
    /// A statement was still running when the server had to stop; an engine inside this process cannot be interrupted.
    #[error(
        "a statement is still running in the embedded PostgreSQL and cannot be interrupted; it ends with this process, and what it did is rolled back"
    )]
    StillRunning,
}

impl EmbeddedError {
    /// Sorts a file system error at `path` into what the user can do about it.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path, source },
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Self::ReadOnly { path, source }
            }
            _ => Self::Io { path, source },
        }
    }

    /// So little space is left at `path` that the engine would stop in the middle of its work.
    pub(crate) fn nearly_full(path: &Path, free: u64, needed: u64) -> Self {
        let (free, needed) = (free >> 20, needed >> 20);
        let source = io::Error::new(
            io::ErrorKind::StorageFull,
            format!("{free} MB are free, the embedded PostgreSQL needs {needed}"),
        );
        Self::DiskFull { path: path.to_path_buf(), source }
    }

    /// Sorts an error of the engine; a file system error somewhere in its causes decides.
    pub(crate) fn engine(path: &Path, error: &anyhow::Error) -> Self {
        for cause in error.chain() {
            if let Some(found) = cause.downcast_ref::<io::Error>()
                && matches!(
                    found.kind(),
                    io::ErrorKind::StorageFull
                        | io::ErrorKind::QuotaExceeded
                        | io::ErrorKind::ReadOnlyFilesystem
                        | io::ErrorKind::PermissionDenied
                )
            {
                // The outermost text names the file, which may be the engine's cache rather than the database.
                let source = io::Error::new(found.kind(), format!("{error:#}"));
                return Self::io(path, source);
            }
        }
        Self::Engine { reason: format!("{error:#}") }
    }
}
