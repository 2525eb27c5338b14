//! The folder of a kept database: whose it is, which engine made it, and the lock that keeps a second server out.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::error::EmbeddedError;
use crate::space;

/// Says that the folder is pgkeel's and which engine it belongs to.
const MARKER: &str = "pgkeel-embedded.json";
/// Held locked while a server runs; contains the number of the process that holds it.
const LOCK: &str = "pgkeel-embedded.lock";
/// The shape of the marker file.
const FORMAT: &str = "pgkeel/embedded/1";

/// A folder that this process holds, checked and ready for the engine. Dropping it lets the folder go.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Creates `path` when it is missing, refuses it when it is someone else's or in use, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self, EmbeddedError> {
        fs::create_dir_all(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => {
                EmbeddedError::NotOurs { dir: path.to_path_buf(), holds: "a file, not a folder".to_owned() }
            }
            _ => EmbeddedError::io(path, source),
        })?;
        refuse_strangers(path)?;
        let lock = lock(path)?;
        space::for_database(path)?;
        claim(path)?;
        Ok(Self { path: path.to_path_buf(), _lock: lock })
    }

    /// Has the system write every file to the disk. The engine cannot do that itself (it runs with fsync off), so
    /// after a power failure a kept database is as it was when a server last stopped; the end of a process alone
    /// loses nothing.
    pub(crate) fn sync(&self) -> Result<(), EmbeddedError> {
        sync_below(&self.path.join("tmp/pglite/base"))
    }

    /// Where the folder is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

fn sync_below(folder: &Path) -> Result<(), EmbeddedError> {
    let failed = |source| EmbeddedError::io(folder, source);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            sync_below(&path)?;
        } else {
            // Windows syncs only what is open for writing.
            OpenOptions::new()
                .write(true)
                .open(&path)
                .and_then(|file| file.sync_data())
                .map_err(|source| EmbeddedError::io(&path, source))?;
        }
    }
    Ok(())
}

/// Refuses a folder that has content but not our marker, before anything is written into it.
fn refuse_strangers(path: &Path) -> Result<(), EmbeddedError> {
    if path.join(MARKER).is_file() {
        return Ok(());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(|source| EmbeddedError::io(path, source))? {
        let name = entry.map_err(|source| EmbeddedError::io(path, source))?.file_name();
        // A start that was killed right after it took the lock leaves the lock file alone in the folder.
        if name != LOCK {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    let Some(first) = names.first() else { return Ok(()) };
    let holds = if let Ok(version) = fs::read_to_string(path.join("PG_VERSION")) {
        format!("the data of a PostgreSQL {} server", version.trim())
    } else if path.join("tmp/pglite").is_dir() {
        "an embedded database that another program made".to_owned()
    } else {
        format!("{first:?}{}", if names.len() > 1 { " and more" } else { "" })
    };
    Err(EmbeddedError::NotOurs { dir: path.to_path_buf(), holds })
}

fn lock(path: &Path) -> Result<File, EmbeddedError> {
    let name = path.join(LOCK);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&name)
        .map_err(|source| EmbeddedError::io(&name, source))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Where a lock forbids reading (Windows) the number stays unknown.
            let process = file.read_to_string(&mut holder).ok().and_then(|_| holder.trim().parse().ok());
            return Err(EmbeddedError::InUse { dir: path.to_path_buf(), process });
        }
        Err(TryLockError::Error(source)) => return Err(EmbeddedError::io(&name, source)),
    }
    file.set_len(0).map_err(|source| EmbeddedError::io(&name, source))?;
    writeln!(file, "{}", std::process::id()).map_err(|source| EmbeddedError::io(&name, source))?;
    Ok(file)
}

/// Compares the marker with this engine, or writes it into a new folder before the engine writes anything, so that
/// a start that is killed half-way leaves a folder that is recognised as ours.
fn claim(path: &Path) -> Result<(), EmbeddedError> {
    let name = path.join(MARKER);
    let engine = engine_build();
    match fs::read(&name) {
        Ok(bytes) => {
            let found = serde_json::from_slice::<serde_json::Value>(&bytes).unwrap_or_default();
            let other = |found: String| EmbeddedError::OtherVersion {
                dir: path.to_path_buf(),
                found,
                expected: engine.clone(),
            };
            if found.get("format").and_then(serde_json::Value::as_str) != Some(FORMAT) {
                return Err(other("a pgkeel with another folder format".to_owned()));
            }
            match found.get("engine").and_then(serde_json::Value::as_str) {
                Some(same) if same == engine => Ok(()),
                Some(differs) => Err(other(differs.to_owned())),
                None => Err(other("an engine that it does not name".to_owned())),
            }
        }
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => {
            let marker = serde_json::json!({ "format": FORMAT, "engine": engine });
            fs::write(&name, format!("{marker}\n")).map_err(|source| EmbeddedError::io(&name, source))
        }
        Err(source) => Err(EmbeddedError::io(&name, source)),
    }
}

/// The engine in words: PostgreSQL's version and the start of the checksum of the cluster template that every
/// database of this build grows from (pglite-oxide refuses a database grown from another one).
pub(crate) fn engine_build() -> String {
    let manifest = pglite_oxide_assets::pgdata_template_manifest()
        .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok())
        .unwrap_or_default();
    let text =
        |key: &str| manifest.get(key).and_then(serde_json::Value::as_str).unwrap_or("unknown").to_owned();
    let build: String = text("archiveSha256").chars().take(12).collect();
    format!("PostgreSQL {} (build {build})", text("postgresVersion"))
}
