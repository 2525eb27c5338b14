//! `auto-fix`: what validate found, repaired as far as adding can repair it. The plan is proven on a scratch database,
//! run by the executor under the lock, and kept in the audit together with the way back.

mod history;
mod proof;
mod rows;
mod run;

use std::collections::BTreeMap;
use std::time::Duration;

use pgkeel_core::config::ExpectConfig;
use pgkeel_core::event::Event;
use pgkeel_core::finding::Finding;
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::plan::Plan;
use pgkeel_core::repair::{Facts, Left, Repairs, repairs};
use pgkeel_core::schema::Schema;
use pgkeel_core::validate::{Ignored, compare};

use crate::apply::RunOptions;
use crate::apply::plan as executor;
use crate::database::{ConnectOptions, ReadOnly, Target};
use crate::prove::Proven;
use crate::snapshot;
use crate::source::{self, Loaded, Workshop};
use crate::status::Status;
use crate::store::{Store, others_note};
use crate::words::in_words_of;

pub use run::Fixed;

/// Everything that a repair needs.
pub struct AutoFixJob<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it for writing.
    pub connect: ConnectOptions,
    /// True for the embedded engine.
    pub embedded: bool,
    /// What the files say, in order.
    pub migrations: &'a [Migration],
    /// The contract, for what it ignores.
    pub expect: &'a ExpectConfig,
    /// The history.
    pub store: &'a Store,
    /// Where scratch databases come from.
    pub workshop: &'a Workshop,
    /// Timeouts and retries.
    pub options: &'a RunOptions,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

/// Why a repair was not planned, or not wholly done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database or its history.
    #[error(transparent)]
    Library(#[from] Box<crate::error::Error>),
    /// A schema could not be read.
    #[error(transparent)]
    Source(#[from] Box<source::Error>),
    /// The plan could not be proven, so it is not run.
    #[error(transparent)]
    Unproven(#[from] Box<crate::prove::Error>),
    /// The database changed after the plan was made; nothing was done.
    #[error(
        "the database has changed since the repairs were planned; nothing was done: run `pgkeel auto-fix` again"
    )]
    Drifted,
    /// A step failed. What was done before it is in the audit, with the way back.
    #[error("{error}\n    `pgkeel rollback --fix {fix}` undoes what was done")]
    Step {
        /// What the executor says.
        error: Box<executor::Error>,
        /// The audit's number of this repair.
        fix: i64,
    },
}

impl Error {
    /// Whether nothing was tried.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Drifted)
    }
}

impl From<crate::error::Error> for Error {
    fn from(error: crate::error::Error) -> Self {
        Self::Library(Box::new(error))
    }
}

/// What is to be repaired, and what is left.
#[derive(Debug)]
pub struct Diagnosis {
    /// The steps, proven; none when no object is to be repaired.
    pub proven: Option<Proven>,
    /// The steps back.
    pub undo: Plan,
    /// The schema after the repair.
    pub goal: Schema,
    /// Fingerprint of the schema it was made for.
    pub base: String,
    /// Whether the history itself is missing and is made.
    pub create_history: bool,
    /// Migrations without a history row whose objects prove that they ran.
    pub stamp: Vec<Version>,
    /// What validate says of an object, by the object.
    pub why: BTreeMap<String, Vec<String>>,
    /// What only a person may level.
    pub left: Vec<Left>,
    /// What the user should know.
    pub notes: Vec<String>,
}

impl Diagnosis {
    fn nothing(live: Schema, notes: Vec<String>) -> Self {
        Self {
            proven: None,
            undo: Plan::default(),
            base: live.fingerprint(),
            goal: live,
            create_history: false,
            stamp: vec![],
            why: BTreeMap::new(),
            left: vec![],
            notes,
        }
    }

    /// Whether there is nothing to repair.
    pub fn is_empty(&self) -> bool {
        self.proven.is_none() && self.stamp.is_empty() && !self.create_history
    }

    /// The steps.
    pub fn plan(&self) -> Option<&Plan> {
        self.proven.as_ref().map(Proven::plan)
    }
}

impl AutoFixJob<'_> {
    /// Looks, plans and proves; changes nothing.
    ///
    /// # Errors
    /// The database or its migrations cannot be read, or what is planned cannot be proven.
    pub async fn diagnose(&self) -> Result<Diagnosis, Error> {
        let session = ReadOnly::open(self.target, &self.connect).await.map_err(crate::error::Error::from)?;
        let found = self.look(&session).await;
        session.close().await;
        found
    }

    async fn look(&self, session: &ReadOnly) -> Result<Diagnosis, Error> {
        let live = source::live(session, self.target, self.workshop).await.map_err(Box::new)?;
        self.workshop.start_like(session, &live.schema, self.migrations).await?;
        let mut claims = history::claims(session, self.store, self.migrations).await?;
        let applied = self.held(&claims);
        if applied.is_empty() {
            // Nothing is claimed, so nothing is missing: migrating is what such a database needs.
            return Ok(Diagnosis::nothing(live.schema, claims.notes));
        }
        let replayed = match source::replay(&applied, self.workshop).await {
            Ok(replayed) => replayed,
            Err(error) => {
                let status = Status::read(session, self.store, self.migrations).await?;
                snapshot::instead_of_replay(session, self.store, &status, self.migrations, error).await?
            }
        };
        let mut replayed = in_words_of(&live.schema, replayed, self.workshop).await;
        self.follow_traces(&live, &mut claims, &mut replayed).await;
        let (live_schema, mut expected) = (live.schema, replayed.schema);
        own(&mut expected, &live_schema, live.role.as_deref());
        let others = self.store.others(session).await?;
        let (expected, theirs) = expected.with_theirs(&live_schema, &others);
        let ignored = Ignored::new(&self.expect.ignore);
        let why = by_object(compare(&expected, &live_schema, &ignored));
        let mut facts = Facts { role: live.role, ..Facts::default() };
        rows::look(session, &live_schema, &expected, &mut facts).await?;
        let first = repairs(&live_schema, &expected, &ignored, &facts);
        rows::probe(session, &live_schema, &first.goal, &mut facts).await?;
        let (proven, repairs) = proof::prove(&live_schema, &expected, &ignored, facts, self.workshop).await?;
        let Repairs { goal, undo, left, .. } = repairs;
        let mut notes = live.notes;
        notes.extend(replayed.notes);
        notes.extend(others_note(&theirs, &others));
        notes.extend(claims.notes.iter().cloned());
        // What nobody has recorded is only recorded when everything it makes is there, or will be.
        let whole = left.iter().all(|left| left.severity < pgkeel_core::finding::Severity::Error);
        let mut left = left;
        let (stamp, create_history) = match claims.unrecorded.is_empty() {
            true => (vec![], false),
            false if whole => (claims.unrecorded.clone(), claims.history_missing),
            false => {
                left.push(claims.unproven());
                (vec![], false)
            }
        };
        Ok(Diagnosis {
            proven,
            undo,
            goal,
            base: live_schema.fingerprint(),
            create_history,
            stamp,
            why,
            left,
            notes,
        })
    }
}

impl AutoFixJob<'_> {
    /// The migrations that count as applied.
    fn held(&self, claims: &history::Claims) -> Vec<&Migration> {
        self.migrations.iter().filter(|migration| claims.holds(&migration.version)).collect()
    }

    /// Migrations that leave no object ran as far as the schema differs less from what is expected with them than without.
    async fn follow_traces(&self, live: &Loaded, claims: &mut history::Claims, replayed: &mut Loaded) {
        let ignored = Ignored::new(&self.expect.ignore);
        let differences = |expected: &Schema| {
            let mut expected = expected.clone();
            own(&mut expected, &live.schema, live.role.as_deref());
            compare(&expected, &live.schema, &ignored).len()
        };
        let mut fewest = differences(&replayed.schema);
        let mut applied = self.held(claims);
        let (mut ran, mut tried) = (0, 0);
        for version in &claims.behind {
            let Some(migration) = self.migrations.iter().find(|migration| migration.version == *version)
            else {
                break;
            };
            applied.push(migration);
            let Ok(further) = source::replay(&applied, self.workshop).await else { break };
            let further = in_words_of(&live.schema, further, self.workshop).await;
            tried += 1;
            let found = differences(&further.schema);
            if found < fewest {
                (fewest, ran) = (found, tried);
                *replayed = further;
            }
        }
        claims.take_behind(ran);
    }
}

/// What belongs to the role that repairs belongs to nobody in particular, as far as this is concerned.
fn own(expected: &mut Schema, live: &Schema, role: Option<&str>) {
    for (id, object) in &mut expected.objects {
        let found = live.objects.get(id).and_then(|found| found.attributes.owner.as_deref());
        if found.is_some() && found == role {
            object.attributes.owner = None;
        }
    }
}

fn by_object(findings: Vec<Finding>) -> BTreeMap<String, Vec<String>> {
    let mut by_object: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in findings {
        by_object.entry(finding.object.unwrap_or_default()).or_default().push(finding.message);
    }
    by_object
}
