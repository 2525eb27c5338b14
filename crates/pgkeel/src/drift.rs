//! `drift`: what the database became outside its migrations, who did it, and the two ways to end it: a migration that
//! adopts the change, or a plan that undoes it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use pgkeel_core::event::Event;
use pgkeel_core::finding::Finding;
use pgkeel_core::guard::{Place, Recorded, former_names, name_culprits};
use pgkeel_core::history::{Entry, Outcome};
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::plan::{self, Options, Plan, Renaming, Step};
use pgkeel_core::schema::{Id, Others, Schema};
use pgkeel_core::validate::{Ignored, compare};

use crate::apply::RunOptions;
use crate::database::{ConnectOptions, Session, Target, connect};
use crate::error::Error;
use crate::introspect;
use crate::replay::Replay;
use crate::source::{Loaded, Source, Workshop};
use crate::store::{Store, others_note};
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
    /// What only has another name now, from what the migrations make to the database.
    pub renames: Vec<Renaming>,
    /// What is known to have another name: as it is expected, and as it is now.
    former_names: Vec<(Id, Id)>,
    /// What is expected, under the names that it has now.
    renamed: Schema,
    /// The statements that give back the former names.
    former: Vec<Step>,
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
        let read = introspect::read_placed(client).await;
        let (live, about, placed) = read.map_err(|error| Box::new(crate::source::Error::from(error)))?;
        let live = live.without_namespace(self.store.namespace());
        self.workshop.prefer_version_of(&live);
        self.workshop.start_like(session, &live, self.migrations).await?;
        let source = Source::Applied { folder: self.folder.to_owned(), versions };
        let loaded = source.load(self.workshop).await.map_err(Box::new)?;
        let loaded = in_words_of(&live, loaded, self.workshop).await;
        let others = self.store.others(client).await?;
        let seen = Seen { records, places: placed.by_name(), role: Some(about.role), others };
        self.compared(&loaded.schema, &live, seen, pending, loaded.notes).await
    }

    async fn compared(
        &self,
        replayed: &Schema,
        live: &Schema,
        seen: Seen,
        pending: Vec<Version>,
        mut notes: Vec<String>,
    ) -> Result<Drift, Error> {
        let Seen { records, places, role, others } = seen;
        let others = &others;
        let mut owned = live.clone();
        for object in owned.objects.values_mut() {
            if object.attributes.owner == role {
                object.attributes.owner = None;
            }
        }
        let (expected, theirs) = replayed.clone().with_theirs(&owned, others);
        notes.extend(others_note(&theirs, others));
        let findings = name_culprits(compare(&expected, &owned, self.ignored), &records);
        // What is ignored is as the database has it: no plan touches it.
        let expected = expected.with_those_of(&owned, |id| self.ignored.holds(id));
        let former_names = former_names(&records, &expected, &owned, &places);
        let renames = renames(&expected, &owned, &former_names, &self.options.renames)?;
        let (forth, back) = plan::rename_statements(&expected, &owned, &renames);
        let under_new_names = self.renamed(&expected, &owned, &forth, &renames, &mut notes).await;
        let mut undo =
            plan::between(live, &under_new_names, &Options { role, renames: vec![], ..self.options.clone() });
        undo.base = live.fingerprint();
        let mut adopt = plan::between(
            &under_new_names,
            &owned,
            &Options { role: None, renames: vec![], ..self.options.clone() },
        );
        adopt.base = expected.fingerprint();
        adopt.steps.splice(..0, forth.iter().cloned());
        adopt.undo.extend(back.iter().cloned());
        undo.undo.splice(..0, forth);
        undo.steps.extend(back.iter().cloned());
        Ok(Drift {
            findings,
            records,
            undo,
            adopt,
            expected,
            live: owned,
            renames,
            former_names,
            renamed: under_new_names,
            former: back,
            pending,
            notes,
        })
    }

    /// What is expected, under the names that it has now. How definitions read then, the scratch server tells; when it cannot,
    /// it is put together here.
    async fn renamed(
        &self,
        expected: &Schema,
        live: &Schema,
        steps: &[Step],
        renames: &[Renaming],
        notes: &mut Vec<String>,
    ) -> Schema {
        if steps.is_empty() {
            return expected.clone();
        }
        let on_scratch = async {
            let replay = Replay::start(self.workshop).await?;
            let done = async {
                replay.make(expected).await?;
                replay.carry_out(steps).await?;
                replay.schema().await
            };
            let schema = done.await;
            replay.close().await;
            schema
        };
        match on_scratch.await {
            Ok(schema) => {
                let loaded = Loaded { schema, role: None, notes: vec![] };
                in_words_of(live, loaded, self.workshop).await.schema
            }
            Err(error) => {
                notes.push(format!("what was renamed could not be renamed on a scratch database: {error}"));
                plan::as_renamed(expected, live, renames)
            }
        }
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

/// What was found out about the database besides its schema.
struct Seen {
    records: Vec<Recorded>,
    places: BTreeMap<Id, Place>,
    role: Option<String>,
    /// What other applications have made.
    others: Others,
}

/// The renames from what is expected to the database: what was asked for, what the guard saw, and columns whose number tells.
fn renames(
    expected: &Schema,
    live: &Schema,
    former_names: &[(Id, Id)],
    asked: &[Renaming],
) -> Result<Vec<Renaming>, Error> {
    plan::check_renames(expected, live, asked).map_err(|message| Error::Usage {
        message: format!("--rename: {message}"),
        help: "name the object as the migrations make it, and the name that it has in the database now"
            .to_owned(),
    })?;
    let mut pairs: Vec<(Id, Id)> =
        asked.iter().map(|renaming| (renaming.old.clone(), renaming.new_id())).collect();
    pairs.extend(former_names.iter().cloned());
    pairs.extend(plan::same_columns(expected, live));
    Ok(plan::proven_renames(expected, live, &pairs))
}
