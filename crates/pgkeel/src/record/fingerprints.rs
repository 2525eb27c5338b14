//! `history fingerprint`: the fingerprints that runs of many migrations did not record in between, from a replay of the
//! migrations on a scratch database. With them a database is told its place without a replay, also when the files are gone.

use std::time::Duration;

use pgkeel_core::event::Event;
use pgkeel_core::history::Entry;
use pgkeel_core::migration::{Migration, Version};
use serde::Serialize;
use serde_json::json;
use std::path::Path;

use crate::apply::RunOptions;
use crate::database::{ConnectOptions, Target, connect};
use crate::error::Error;
use crate::lock;
use crate::replay::{self, Replay};
use crate::source::Workshop;
use crate::store::Store;

/// Everything that it takes.
pub struct Job<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// The history.
    pub store: &'a Store,
    /// What the files say, in order.
    pub migrations: &'a [Migration],
    /// Where the files are.
    pub folder: &'a Path,
    /// Where scratch databases come from.
    pub workshop: &'a Workshop,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Which checks are passed over, what the database is called, and how a wait is ended.
    pub run: RunOptions,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

/// The fingerprint after one migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Known {
    /// The migration.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// The fingerprint of the schema after it.
    pub fingerprint: String,
}

/// What was recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// The fingerprints that were missing.
    pub recorded: Vec<Known>,
    /// Those that a run recorded and that the replay does not lead to, as the replay has them: the database held something
    /// else then. They stay as they were recorded.
    pub other: Vec<Known>,
    /// What the migrations were replayed on; null when nothing was missing.
    pub on: Option<String>,
    /// Why the replay did not come to the end; null when it did.
    pub stopped: Option<String>,
}

impl Job<'_> {
    /// Replays the migrations in the order in which they were applied, and records the fingerprints that are missing.
    ///
    /// # Errors
    /// The database cannot be reached, there is no scratch database, or the history cannot be written.
    pub async fn record(&self) -> Result<Recorded, Error> {
        let session = connect(self.target, &self.connect).await?;
        let history = self.store.read(session.client()).await;
        let major = session.major();
        if let Ok(live) = crate::introspect::introspect(session.client()).await {
            self.workshop.start_like(&session, &live, self.migrations).await?;
        }
        session.close().await;
        let entries = history?.entries;
        if entries.iter().all(|entry| entry.fingerprint.is_some()) {
            return Ok(Recorded::default());
        }
        if let Some(major) = major {
            self.workshop.prefer_major(major);
        }
        let found = self.replayed(&entries, major).await?;
        if !found.recorded.is_empty() {
            self.write(&found).await?;
        }
        Ok(found)
    }

    async fn replayed(&self, entries: &[Entry], major: Option<u32>) -> Result<Recorded, Error> {
        let failed = |error: replay::Error| Error::Refused {
            message: format!("the migrations cannot be replayed on a scratch database: {error}"),
            help: "name a server for scratch databases with --scratch-url".to_owned(),
        };
        let replay = Replay::start(self.workshop).await.map_err(failed)?;
        let mut same = 0;
        let mut found = Recorded { on: Some(replay.on().to_owned()), ..Recorded::default() };
        for entry in replay::in_order(entries) {
            match self.state_after(&replay, entry).await {
                Ok(fingerprint) => {
                    let known =
                        Known { version: entry.version.clone(), name: entry.name.clone(), fingerprint };
                    match &entry.fingerprint {
                        None => found.recorded.push(known),
                        Some(recorded) if *recorded != known.fingerprint => found.other.push(known),
                        Some(_) => same += 1,
                    }
                }
                Err(why) => {
                    found.stopped = Some(why);
                    break;
                }
            }
        }
        let elsewhere = replay.schema().await.map(|schema| schema.version / 10_000);
        replay.close().await;
        let elsewhere = elsewhere.map_err(failed)?;
        // A version of PostgreSQL may make of the same statements a schema that another cannot: what runs recorded tells.
        match major {
            Some(major) if major != elsewhere && (same == 0 || !found.other.is_empty()) => {
                Err(Error::Refused {
                    message: format!(
                        "the migrations were replayed on PostgreSQL {elsewhere}, and the database is PostgreSQL {major}: no \
                     recorded fingerprint tells that both come to the same"
                    ),
                    help: format!("name a server of PostgreSQL {major} with --scratch-url"),
                })
            }
            _ => Ok(found),
        }
    }

    async fn state_after(&self, replay: &Replay<'_>, entry: &Entry) -> Result<String, String> {
        let migration = replay::file_of(entry, self.migrations)?;
        let words = |error: replay::Error| error.to_string();
        replay.apply(migration, self.folder).await.map_err(words)?;
        Ok(self.store.own(replay.schema().await.map_err(words)?).fingerprint())
    }

    async fn write(&self, found: &Recorded) -> Result<(), Error> {
        let locked =
            lock::acquire(self.target, &self.connect, self.store, self.lock_wait, &self.run, self.observe)
                .await?;
        let versions: Vec<&str> = found.recorded.iter().map(|known| known.version.as_str()).collect();
        let detail = json!({ "versions": versions, "on": found.on });
        let mut statements: Vec<String> = found
            .recorded
            .iter()
            .map(|known| self.store.set_missing_fingerprint(&known.version, &known.fingerprint))
            .collect();
        statements.push(self.store.audit("fingerprint", None, &detail));
        let whole = format!("BEGIN; {}; COMMIT", statements.join("; "));
        let written = locked.session().client().batch_execute(&whole).await;
        locked.release().await;
        written.map_err(|source| Error::History {
            namespace: self.store.namespace().to_owned(),
            doing: "write",
            source,
        })
    }
}
