//! A database that exists before its migrations: its schema becomes the first migration, recorded without being run.

use std::path::{Path, PathBuf};

use pgkeel_core::object::Kind;
use pgkeel_core::schema::Schema;
use pgkeel_core::validate::{Ignored, compare};

use crate::database::{ConnectOptions, ReadOnly, Target};
use crate::dump;
use crate::error::Error;
use crate::source::{Loaded, Source, Workshop};
use crate::store::Store;
use crate::words::in_words_of;

/// Name of the file.
pub const FILE: &str = "0001_baseline.sql";

/// What a database holds before anything is recorded.
#[derive(Debug)]
pub struct Found {
    loaded: Loaded,
    /// Migrations that its history records already.
    pub recorded: usize,
}

/// Looks at the database.
///
/// # Errors
/// It cannot be reached or read.
pub async fn look(
    target: &Target,
    connect: &ConnectOptions,
    store: &Store,
    workshop: &Workshop,
) -> Result<Found, Error> {
    let session = ReadOnly::open(target, connect).await?;
    let history = store.read(&session).await;
    session.close().await;
    let recorded = history?.entries.len();
    let loaded = Source::Database(Box::new(target.clone())).load(workshop).await.map_err(Box::new)?;
    Ok(Found { loaded, recorded })
}

impl Found {
    /// How many tables there are.
    pub fn tables(&self) -> usize {
        self.loaded.schema.objects.keys().filter(|id| id.kind == Kind::Table).count()
    }

    /// Whether there is anything beside what PostgreSQL itself makes.
    pub fn is_empty(&self) -> bool {
        let empty = Schema::of_empty_database(self.loaded.schema.version);
        self.loaded.schema.objects.keys().all(|id| empty.has(id))
    }

    /// The statements that make the schema; secrets are `***`, since the file is for everybody.
    pub fn script(&self) -> String {
        let (plan, _) = dump::creation(&self.loaded, false);
        let sql = plan.to_sql();
        format!(
            "-- The schema as `pgkeel init` found it. It is recorded as applied where it was found; a new database gets it\n\
             -- from here.\n\n{sql}"
        )
    }

    /// Writes the file, and proves that it makes the schema that was found.
    ///
    /// # Errors
    /// It cannot be written, or a scratch database makes something else of it; the file is gone again then.
    pub async fn write(&self, folder: &Path, workshop: &Workshop) -> Result<PathBuf, Error> {
        let path = folder.join(FILE);
        let io = |source| Error::Io { doing: "write", path: path.display().to_string(), source };
        std::fs::write(&path, self.script()).map_err(io)?;
        if let Err(error) = self.prove(&path, workshop).await {
            // The first error is the one to tell; a file that cannot be removed is seen by its owner.
            let _ = std::fs::remove_file(&path);
            return Err(error);
        }
        Ok(path)
    }

    async fn prove(&self, path: &Path, workshop: &Workshop) -> Result<(), Error> {
        let replayed = Source::Files(path.to_owned()).load(workshop).await.map_err(Box::new)?;
        let (mut live, _) = self.loaded.schema.clone().without_secrets();
        for object in live.objects.values_mut() {
            if object.attributes.owner == self.loaded.role {
                object.attributes.owner = None;
            }
        }
        let replayed = in_words_of(&live, replayed, workshop).await;
        let findings = compare(&replayed.schema, &live, &Ignored::default());
        if findings.is_empty() {
            return Ok(());
        }
        Err(Error::Findings {
            what: "the baseline would not make the schema that is there; nothing was recorded".to_owned(),
            findings,
        })
    }
}
