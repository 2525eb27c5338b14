//! `drift`: what the database became outside its migrations, who did it, and the two ways to end it: a migration that
//! adopts the change, or a plan that undoes it.

use std::path::Path;
use std::time::Duration;

use pgkeel_core::event::Event;
use pgkeel_core::finding::Finding;
use pgkeel_core::guard::{Recorded, name_culprits};
use pgkeel_core::history::{Entry, Outcome};
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::plan::{self, Options, Plan};
use pgkeel_core::schema::Schema;
use pgkeel_core::validate::{Ignored, compare};

use crate::apply::RunOptions;
use crate::database::{ConnectOptions, Session, Target, connect};
use crate::error::Error;
use crate::introspect;
use crate::source::{Source, Workshop};
use crate::store::Store;
use crate::words::in_words_of;

mod accept;

pub use accept::{Acceptance, Accepted};

/// Everything that looking for drift needs.
pub struct DriftJob<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// Where the migrations are.
    pub folder: &'a Path,
    /// What they say, in order.
    pub migrations: &'a [Migration],
    /// The history.
    pub store: &'a Store,
    /// What others own.
    pub ignored: &'a Ignored,
    /// Where scratch databases come from.
    pub workshop: &'a Workshop,
    /// How the plans go about their work.
    pub options: &'a Options,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Which checks are passed over, what the database is called, and how a wait is ended.
    pub run: RunOptions,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

/// A database beside what its applied migrations make.
#[derive(Debug)]
pub struct Drift {
    /// What differs, object by object, with who did it where the guard knows.
    pub findings: Vec<Finding>,
    /// What the guard recorded, oldest first.
    pub records: Vec<Recorded>,
    /// From the database to what the migrations make. It is made for the database as it was read.
    pub undo: Plan,
    /// From what the migrations make to the database.
    pub adopt: Plan,
    /// What the migrations make, but for what is ignored, which is as the database has it.
    pub expected: Schema,
    /// The database.
    pub live: Schema,
    /// Migrations that are not applied: they are no part of what is expected.
    pub pending: Vec<Version>,
    /// What the user should know.
    pub notes: Vec<String>,
}

impl Drift {
    /// Whether the database is what its applied migrations make.
    pub fn is_none(&self) -> bool {
        self.undo.is_empty() && self.adopt.is_empty()
    }
}

impl DriftJob<'_> {
    /// Compares; changes nothing.
    ///
    /// # Errors
    /// The database cannot be read, has no history, or one that names migrations without files; or the applied migrations
    /// cannot be replayed.
    pub async fn look(&self) -> Result<Drift, Error> {
        let options = self.connect.clone().setting("default_transaction_read_only", "on");
        let session = connect(self.target, &options).await?;
        let drift = self.look_through(&session).await;
        session.close().await;
        drift
    }

    async fn look_through(&self, session: &Session) -> Result<Drift, Error> {
        let client = session.client();
        let history = self.store.read(client).await?;
        if !history.exists {
            return Err(Error::Refused {
                message: "this database has no history of pgkeel: what it should be is not known".to_owned(),
                help: "`pgkeel status` shows how it stands; `pgkeel diff MIGRATIONS DATABASE` compares it with all files"
                    .to_owned(),
            });
        }
        let versions = self.applied(&history.entries)?;
        let pending = self.migrations.iter().map(|migration| migration.version.clone());
        let pending = pending.filter(|version| !versions.contains(version)).collect();
        let records = crate::guard::records(client, self.store, crate::guard::RECORDS).await?;
        let read = introspect::read(client).await;
        let (live, about) = read.map_err(|error| Box::new(crate::source::Error::from(error)))?;
        let live = live.without_namespace(self.store.namespace());
        self.workshop.prefer_version_of(&live);
        let source = Source::Applied { folder: self.folder.to_owned(), versions };
        let loaded = source.load(self.workshop).await.map_err(Box::new)?;
        let loaded = in_words_of(&live, loaded, self.workshop).await;
        Ok(self.compared(&loaded.schema, &live, Some(about.role), records, pending, loaded.notes))
    }

    fn compared(
        &self,
        replayed: &Schema,
        live: &Schema,
        role: Option<String>,
        records: Vec<Recorded>,
        pending: Vec<Version>,
        notes: Vec<String>,
    ) -> Drift {
        let mut owned = live.clone();
        for object in owned.objects.values_mut() {
            if object.attributes.owner == role {
                object.attributes.owner = None;
            }
        }
        let findings = name_culprits(compare(replayed, &owned, self.ignored), &records);
        let expected = with_what_others_own(replayed, &owned, self.ignored);
        let mut undo = plan::between(live, &expected, &Options { role, ..self.options.clone() });
        undo.base = live.fingerprint();
        let adopt = plan::between(&expected, &owned, &Options { role: None, ..self.options.clone() });
        Drift { findings, records, undo, adopt, expected, live: owned, pending, notes }
    }

    /// The versions that the history has applied; every one must have its file, or what is expected is not known.
    fn applied(&self, entries: &[Entry]) -> Result<Vec<Version>, Error> {
        let done = |entry: &&Entry| matches!(entry.outcome, Outcome::Applied | Outcome::Stamped);
        let versions: Vec<Version> = entries.iter().filter(done).map(|entry| entry.version.clone()).collect();
        let lost: Vec<String> = versions
            .iter()
            .filter(|version| self.migrations.iter().all(|migration| migration.version != **version))
            .map(ToString::to_string)
            .collect();
        if lost.is_empty() {
            return Ok(versions);
        }
        Err(Error::Refused {
            message: format!(
                "applied migrations have no file: {}; what they made is not known",
                lost.join(", ")
            ),
            help: "bring the files back, or see `pgkeel history renumber` and `pgkeel history forget`"
                .to_owned(),
        })
    }
}

/// What the migrations make, with ignored objects as they are live: no plan touches those.
fn with_what_others_own(replayed: &Schema, live: &Schema, ignored: &Ignored) -> Schema {
    let mut expected = replayed.clone();
    for id in pgkeel_core::diff::diff(replayed, live).into_keys().filter(|id| ignored.holds(id)) {
        match live.objects.get(&id) {
            Some(object) => {
                expected.objects.insert(id.clone(), object.clone());
                expected.needs.insert(id.clone(), live.needs.get(&id).cloned().unwrap_or_default());
            }
            None => {
                expected.objects.remove(&id);
                expected.needs.remove(&id);
            }
        }
    }
    expected
}
