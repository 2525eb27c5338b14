//! `validate`: the live database against what is expected of it. That is its migrations, replayed on a scratch database;
//! or the schema that the last run left and recorded, which needs no scratch database; or any other source of a schema.
//! Beside it stand the written contract and the health of what exists. It only reads the live database.

mod health;
mod repair;
mod since;

use std::collections::{BTreeMap, BTreeSet};

use pgkeel_core::config::ExpectConfig;
use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::schema::{Id, Schema};
use pgkeel_core::validate::{Ignored, compare, contract};

use crate::database::{ConnectOptions, ReadOnly, Target};
use crate::error::Error;
use crate::snapshot;
use crate::source::{self, Loaded, Source, Workshop, replay};
use crate::status::Status;
use crate::store::{Store, others_note};
use crate::words::in_words_of;

/// What the live database is compared with.
#[derive(Debug, Clone)]
pub enum Against {
    /// The migrations, replayed.
    Migrations,
    /// The schema recorded after the last run.
    Snapshot,
    /// A database, a folder of schema files, a `.sql` file or a snapshot.
    Source(Box<Source>),
}

/// Everything that validation needs.
pub struct ValidateJob<'a> {
    /// The live database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// The migrations, in order; none when there are none.
    pub migrations: &'a [Migration],
    /// The history.
    pub store: &'a Store,
    /// What to compare with.
    pub against: Against,
    /// The contract.
    pub expect: &'a ExpectConfig,
    /// Where scratch databases come from, and which namespaces are pgkeel's own.
    pub workshop: &'a Workshop,
}

/// What was found, and on what it rests.
#[derive(Debug)]
pub struct Validation {
    /// The findings, the worst first.
    pub findings: Vec<Finding>,
    /// The live schema.
    pub live: Schema,
    /// Migrations that are recorded and of which something is missing or differs, with what.
    pub broken: BTreeMap<Version, Vec<String>>,
    /// What the user should know: the scratch server that was used, and what it could not hold.
    pub notes: Vec<String>,
    /// Whether the live schema was compared with an expected one, and not only with the contract.
    pub compared: bool,
}

impl ValidateJob<'_> {
    /// Compares.
    ///
    /// # Errors
    /// The live database cannot be read, or what it is compared with.
    pub async fn validate(&self) -> Result<Validation, Error> {
        let session = ReadOnly::open(self.target, &self.connect).await?;
        let validation = self.look(&session).await;
        session.close().await;
        validation
    }

    async fn look(&self, session: &ReadOnly) -> Result<Validation, Error> {
        let live = source::live(session, self.target, self.workshop).await.map_err(Box::new)?;
        self.workshop.start_like(session, &live.schema, self.migrations).await?;
        let mut notes = live.notes;
        let live = owned_by_nobody(live.schema, live.role.as_deref());
        let ignored = Ignored::new(&self.expect.ignore);
        let mut findings = Vec::new();
        let mut broken = BTreeMap::new();
        let status = Status::read(session, self.store, self.migrations).await?;
        let others = self.store.others(session).await?;
        let expected = self.expected(session, &status).await?;
        let compared = expected.is_some();
        if !compared {
            notes.push("there are no migrations: only [expect] was compared with the database".to_owned());
        }
        if let Some((expected, replayed)) = expected {
            let expected = in_words_of(&live, expected, self.workshop).await;
            notes.extend(expected.notes);
            let expected = owned_by_nobody(expected.schema, expected.role.as_deref());
            let (expected, theirs) = expected.with_theirs(&live, &others);
            notes.extend(others_note(&theirs, &others));
            findings = compare(&expected, &live, &ignored);
            let pending = pending(&status, self.migrations);
            let since = if replayed { self.since(&findings, &expected).await? } else { BTreeMap::new() };
            let cure = match &self.against {
                Against::Source(_) => "`pgkeel sync DATABASE SOURCE --apply` levels it",
                Against::Migrations | Against::Snapshot => "`pgkeel auto-fix --apply` repairs it",
            };
            let advice = repair::Advice { since, migrations: self.migrations, pending: &pending, cure };
            repair::advise(&mut findings, &live, &expected, &ignored, &advice);
            let since = advice.since;
            broken = by_migration(&findings, &since, &pending);
        }
        add_contract(&mut findings, contract::check(self.expect, &live));
        let own = self.store.namespace();
        let not_ours = |id: &Id| ignored.holds(id) || others.owner(id, &live).is_some();
        findings.extend(health::findings(session, live.version, &findings, &not_ours, own).await?);
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Ok(Validation { findings, live, broken, notes, compared })
    }

    /// The expected schema, and whether the migrations were replayed for it; none when nothing says what it is.
    async fn expected(&self, session: &ReadOnly, status: &Status) -> Result<Option<(Loaded, bool)>, Error> {
        match &self.against {
            Against::Migrations if self.migrations.is_empty() => Ok(None),
            Against::Migrations => {
                let all: Vec<&Migration> = self.migrations.iter().collect();
                Ok(Some(match replay(&all, self.workshop).await {
                    Ok(replayed) => (replayed, true),
                    Err(error) => {
                        let (store, files) = (self.store, self.migrations);
                        let recorded = snapshot::instead_of_replay(session, store, status, files, error);
                        (recorded.await?, false)
                    }
                }))
            }
            Against::Source(source) => Ok(Some((source.load(self.workshop).await.map_err(Box::new)?, false))),
            Against::Snapshot => {
                let found = snapshot::latest(session, self.store).await?;
                let Some((recorded, schema)) = found else {
                    return Err(Error::Refused {
                        message: "no schema is recorded as the last run left it".to_owned(),
                        help: "`pgkeel migrate`, `auto-fix --apply` and `rollback` record it; `pgkeel validate` compares \
                               with the migrations instead"
                            .to_owned(),
                    });
                };
                let version =
                    recorded.version.map(|version| format!(", migration {version}")).unwrap_or_default();
                let notes =
                    vec![format!("compared with the schema recorded at {}{version}", recorded.taken_at)];
                Ok(Some((Loaded { schema, role: None, notes }, false)))
            }
        }
    }

    /// Since which migration each object that is missing or differs was as expected.
    async fn since(&self, findings: &[Finding], expected: &Schema) -> Result<BTreeMap<Id, Version>, Error> {
        let ids: BTreeSet<Id> = findings
            .iter()
            .filter(|finding| finding.rule != "object-unexpected")
            .filter_map(|finding| finding.object.as_deref()?.parse().ok())
            .collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let since = since::since(&ids, expected, self.migrations, self.workshop).await;
        Ok(since.map_err(Box::new)?)
    }
}

/// Adds what the contract says. Of an object that is missing already it only says how much that matters.
fn add_contract(findings: &mut Vec<Finding>, contract: Vec<Finding>) {
    for finding in contract {
        let same = |known: &&mut Finding| known.rule == "object-missing" && known.object == finding.object;
        match findings.iter_mut().find(same) {
            Some(known) => known.severity = known.severity.max(finding.severity),
            None => findings.push(finding),
        }
    }
}

fn pending(status: &Status, migrations: &[Migration]) -> Vec<Version> {
    let standings = status.standings(migrations);
    let open = standings.iter().filter(|standing| standing.is_pending());
    open.filter_map(|standing| standing.version().cloned()).collect()
}

/// The findings of recorded migrations: `index public.users_email_idx is missing` under the migration that made it.
fn by_migration(
    findings: &[Finding],
    since: &BTreeMap<Id, Version>,
    pending: &[Version],
) -> BTreeMap<Version, Vec<String>> {
    let mut broken: BTreeMap<Version, Vec<String>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity >= Severity::Error) {
        let id: Option<Id> = finding.object.as_deref().and_then(|object| object.parse().ok());
        let version = id.and_then(|id| since.get(&id)).filter(|version| !pending.contains(version));
        if let Some(version) = version {
            broken.entry(version.clone()).or_default().push(finding.message.clone());
        }
    }
    broken
}

/// What belongs to the role that looks belongs to nobody in particular, as on a scratch database.
fn owned_by_nobody(mut schema: Schema, role: Option<&str>) -> Schema {
    for object in schema.objects.values_mut() {
        if object.attributes.owner.as_deref() == role {
            object.attributes.owner = None;
        }
    }
    schema
}
