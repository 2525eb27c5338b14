//! An embedded database as its user sees it: started, reached by a URL, stopped.

use std::path::Path;

use crate::engine::{self, Engine};
use crate::error::EmbeddedError;
use crate::extension::{self, AvailableExtension};
use crate::folder::Folder;
use crate::front::Front;
use crate::run::Run;
use crate::socket::Address;
use crate::{space, stand_in};

/// A running embedded PostgreSQL. Dropped, it ends the open connection and stops; a kept database is then complete on
/// disk, a throw-away one is gone.
///
/// It serves one connection at a time: a second one waits five seconds, then gets PostgreSQL's error 53300.
pub struct EmbeddedServer {
    // Fields are dropped in this order: the front stops the engine, the folder is let go, its files are deleted.
    front: Front,
    folder: Folder,
    _run: Run,
    kept: bool,
    url: String,
    notes: Vec<String>,
}

impl std::fmt::Debug for EmbeddedServer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("EmbeddedServer")
            .field("url", &self.url)
            .field("kept", &self.kept)
            .finish_non_exhaustive()
    }
}

impl EmbeddedServer {
    /// Starts the database kept in `dir` (created when missing), or a throw-away one in the system's temporary folder.
    ///
    /// Blocks for about 0.3 s, the very first time on a machine 0.6 s (the engine unpacks itself into the user's cache
    /// folder), and does not need an async runtime.
    pub fn start(dir: Option<&Path>) -> Result<Self, EmbeddedError> {
        space::for_engine()?;
        let run = Run::create()?;
        let folder = Folder::open(&dir.map_or_else(|| run.path().join("data"), Path::to_path_buf))?;
        let inner = run.path().join("engine");
        std::fs::create_dir(&inner).map_err(|source| EmbeddedError::io(&inner, source))?;
        let engine = Engine::start(folder.path(), &inner, dir.is_some())?;
        // After the engine has prepared the folder, before its first backend reads it.
        extension::lay(folder.path())?;
        let front = Front::start(engine, &Address::in_folder(run.path()))?;
        let url = front.address().url(engine::USER, engine::DATABASE);
        let lifetime = dir
            .map_or_else(|| "thrown away at the end".to_owned(), |dir| format!("kept in {}", dir.display()));
        let notes = vec![
            format!("embedded PostgreSQL 17, {lifetime}; it serves one connection at a time"),
            stand_in::note_on_all(),
        ];
        Ok(Self { front, folder, _run: run, kept: dir.is_some(), url, notes })
    }

    /// The URL for any PostgreSQL client on this machine, by this user.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What a person should know about this database, a sentence each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The extensions that `CREATE EXTENSION` finds, beside `plpgsql`, in the order of their names.
    pub fn available_extensions(&self) -> Vec<AvailableExtension> {
        extension::available(self.folder.path())
    }

    /// Stops the server and says whether it went well; dropping it does the same in silence.
    pub fn stop(mut self) -> Result<(), EmbeddedError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), EmbeddedError> {
        if self.front.stop()? && self.kept {
            self.folder.sync()?;
        }
        Ok(())
    }
}

impl Drop for EmbeddedServer {
    fn drop(&mut self) {
        // Nobody is left to be told; `stop` is there for those who ask.
        let _ = self.end();
    }
}
