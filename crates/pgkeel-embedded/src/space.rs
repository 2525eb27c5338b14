//! What the engine needs on disk before it starts: it reports a full disk as an "I/O error" and breaks off.

use std::fs;
use std::path::Path;

use directories::ProjectDirs;

use crate::error::EmbeddedError;

/// Free space in bytes below which a database is not started: its log grows by files of 16 MB.
pub(crate) const DATABASE: u64 = 48 << 20;
/// Free space in bytes that the engine takes in the user's cache, the first time.
const CACHE: u64 = 120 << 20;

/// Refuses a folder of a database with too little space.
pub(crate) fn for_database(folder: &Path) -> Result<(), EmbeddedError> {
    let free = fs4::available_space(folder).map_err(|source| EmbeddedError::io(folder, source))?;
    if free < DATABASE {
        return Err(EmbeddedError::nearly_full(folder, free, DATABASE));
    }
    Ok(())
}

/// Looks whether the engine can unpack itself, where pglite-oxide does that.
pub(crate) fn for_engine() -> Result<(), EmbeddedError> {
    // Without a home folder pglite-oxide says so itself.
    let Some(folders) = ProjectDirs::from("dev", "pglite-oxide", "pglite-oxide") else { return Ok(()) };
    let path = folders.cache_dir();
    let failed = |source| EmbeddedError::Cache { path: path.to_path_buf(), source };
    fs::create_dir_all(path).map_err(failed)?;
    let free = fs4::available_space(path).map_err(failed)?;
    if free < CACHE && !path.join("wasmer-aot").is_dir() {
        return Err(EmbeddedError::nearly_full(path, free, CACHE));
    }
    // The engine takes a lock file there at every start.
    tempfile::Builder::new().prefix("pgkeel-").tempfile_in(path).map_err(failed)?;
    Ok(())
}
