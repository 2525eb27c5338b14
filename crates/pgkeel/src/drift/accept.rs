//! `drift accept`: the change that happened outside becomes a migration, recorded as applied where it happened.

use std::path::PathBuf;

use pgkeel_core::finding::Finding;
use pgkeel_core::guard::{Recorded, is_known_to_be_dropped};
use pgkeel_core::history::Outcome;
use pgkeel_core::migration::Version;
use pgkeel_core::object::{Body, Kind};
use pgkeel_core::plan::{Plan, Renaming};
use pgkeel_core::schema::{Id, Schema};

use super::{Drift, DriftJob};
use crate::apply::down_script;
use crate::error::Error;
use crate::lock::{self, Locked};
use crate::{discover, new, prove, snapshot};

/// The migration that is to be written.
#[derive(Debug, Clone)]
pub struct Acceptance<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Whether its number is the time.
    pub at_time: bool,
    /// Two files instead of one.
    pub pair: bool,
    /// Objects of which the migration may lose what is in them wherever it runs, or `all`, although it is not known that they
    /// were dropped here rather than renamed.
    pub allow_loss: &'a [String],
}

/// What was accepted.
#[derive(Debug)]
pub struct Accepted {
    /// The files that were written; none when there was nothing to accept.
    pub files: Vec<PathBuf>,
    /// The migration's version.
    pub version: Option<Version>,
    /// What it adopts.
    pub findings: Vec<Finding>,
    /// What is lost wherever else it runs, as it is lost here.
    pub losses: Vec<String>,
    /// What the user should know.
    pub notes: Vec<String>,
}

impl DriftJob<'_> {
    /// Writes the migration and stamps it, under the history's lock from the first look to the stamp: no other change
    /// comes in between.
    ///
    /// # Errors
    /// As [`DriftJob::look`]; the lock is held by another; the migration cannot be proven, or not be written.
    pub async fn accept(&self, acceptance: &Acceptance<'_>) -> Result<Accepted, Error> {
        let locked =
            lock::acquire(self.target, &self.connect, self.store, self.lock_wait, &self.run, self.observe)
                .await?;
        let accepted = self.accept_locked(&locked, acceptance).await;
        locked.release().await;
        accepted
    }

    async fn accept_locked(&self, locked: &Locked, acceptance: &Acceptance<'_>) -> Result<Accepted, Error> {
        let drift = self.look_through(locked.session()).await?;
        let mut notes = drift.notes.clone();
        if drift.is_none() {
            return Ok(Accepted { files: vec![], version: None, findings: vec![], losses: vec![], notes });
        }
        no_doubt(&drift, acceptance.allow_loss)?;
        let Drift { adopt, expected, live, .. } = &drift;
        self.proven(adopt, expected, live).await?;
        // Back from the database as the migration makes it, which belongs to nobody in particular.
        let mut back = pgkeel_core::plan::between(
            live,
            &drift.renamed,
            &pgkeel_core::plan::Options { renames: vec![], ..self.options.clone() },
        );
        back.steps.extend(drift.former.iter().cloned());
        let back = match self.proven(&back, live, expected).await {
            Ok(()) => Some(back),
            Err(error) => {
                notes.push(format!("no down part was written: {error}"));
                None
            }
        };
        if !drift.pending.is_empty() {
            let list: Vec<String> = drift.pending.iter().map(ToString::to_string).collect();
            notes.push(format!(
                "pending migrations come before the new one: {}; `pgkeel migrate --allow-out-of-order` applies them",
                list.join(", ")
            ));
        }
        let taken = self.taken(locked).await?;
        let files = new::create(self.folder, acceptance.name, &taken, acceptance.at_time, acceptance.pair)?;
        let written = self.write_and_stamp(locked, &files, acceptance, &drift, back.as_ref()).await;
        match written {
            Ok(version) => {
                // What is accepted is expected from now on; that it could not be read just now changes nothing about it.
                if let Err(error) = snapshot::record(locked.session().client(), self.store).await {
                    notes.push(format!("the schema as it is now was not recorded: {error}"));
                }
                let losses = losses(&drift.adopt).map(|(lost, _)| lost.to_owned()).collect();
                Ok(Accepted { files, version: Some(version), findings: drift.findings, losses, notes })
            }
            Err(error) => {
                // A migration that is not stamped would be run on the very database that it describes.
                for file in &files {
                    let _ = std::fs::remove_file(file);
                }
                Err(error)
            }
        }
    }

    async fn proven(&self, plan: &Plan, from: &Schema, to: &Schema) -> Result<(), Error> {
        let proof = prove::prove(plan.clone(), from, to, self.workshop).await;
        proof.map(|_| ()).map_err(|error| Error::Refused {
            message: format!("the migration could not be proven on a scratch database: {error}"),
            help: "`pgkeel drift revert` shows the plan that undoes the change instead".to_owned(),
        })
    }

    async fn taken(&self, locked: &Locked) -> Result<Vec<Version>, Error> {
        let history = self.store.read(locked.session().client()).await?;
        let recorded = history.entries.into_iter().map(|entry| entry.version);
        Ok(self.migrations.iter().map(|migration| migration.version.clone()).chain(recorded).collect())
    }

    async fn write_and_stamp(
        &self,
        locked: &Locked,
        files: &[PathBuf],
        acceptance: &Acceptance<'_>,
        drift: &Drift,
        back: Option<&Plan>,
    ) -> Result<Version, Error> {
        let head = heading(acceptance.name, drift);
        let (up, down) = (script(&drift.adopt), back.map(script).unwrap_or_default());
        match files {
            [up_file, down_file] => {
                write(up_file, &format!("{head}\n{up}"))?;
                write(
                    down_file,
                    &format!("-- Undoes: {}\n\n{down}", acceptance.name.replace(['\n', '\r'], " ")),
                )?;
            }
            [file] => write(file, &format!("{head}-- pgkeel:up\n{up}\n-- pgkeel:down\n{down}"))?,
            _ => {}
        }
        let migrations = discover::migrations(self.folder, self.folder)?;
        let stem = files
            .first()
            .and_then(|file| file.file_name())
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let version = pgkeel_core::migration::file_name::parse(&stem).map(|name| name.version);
        let migration = migrations.iter().find(|migration| Some(&migration.version) == version.as_ref());
        let Some(migration) = migration else {
            return Err(Error::Refused {
                message: format!("{stem} was written and is not among the migrations"),
                help: "check that the migrations folder is the one that pgkeel reads".to_owned(),
            });
        };
        let detail = serde_json::json!({
            "reason": acceptance.name,
            "adopts": drift.findings.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(),
        });
        let down = down_script(migration);
        let whole = format!(
            "BEGIN; {}; {}; COMMIT",
            self.store.insert(migration, Outcome::Stamped, down.as_deref()),
            self.store.audit("drift accept", Some(migration.version.as_str()), &detail)
        );
        locked.session().client().batch_execute(&whole).await.map_err(|source| Error::History {
            namespace: self.store.namespace().to_owned(),
            doing: "write",
            source,
        })?;
        Ok(migration.version.clone())
    }
}

/// What a plan loses, and the object.
fn losses(plan: &Plan) -> impl Iterator<Item = (&str, &str)> {
    plan.steps.iter().filter_map(|step| Some((step.loses.as_deref()?, step.cause.as_str())))
}

/// A migration that drops what was only renamed here would destroy it everywhere else: where something like it came, and
/// nobody saw the drop, that has to be said in words.
fn no_doubt(drift: &Drift, allowed: &[String]) -> Result<(), Error> {
    let mut lines = vec![];
    let mut ways = vec![];
    for (lost, object) in losses(&drift.adopt) {
        if allowed.iter().any(|allowed| allowed == "all" || allowed == object) {
            continue;
        }
        if let Some((_, now)) = drift.former_names.iter().find(|(former, _)| former.to_string() == object) {
            lines.push(format!("  {lost}; it is {now} now, which only a migration written by hand can say"));
        } else if !is_known_to_be_dropped(object, &drift.records) {
            let likely =
                drift.adopt.likely_renames.iter().filter(|renaming| renaming.old.to_string() == object);
            let likely = likely.cloned().chain(of_the_same_number(object, drift));
            let mut likely: Vec<String> = likely.map(|renaming| format!("--rename '{renaming}'")).collect();
            likely.dedup();
            if !likely.is_empty() {
                lines.push(format!("  {lost}; or is it {}?", likely.join(" or ")));
                ways.append(&mut likely);
            }
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    ways.truncate(1);
    ways.push("--allow-loss OBJECT when it really was dropped".to_owned());
    Err(Error::Refused {
        message: format!(
            "it is not known whether something was dropped or renamed here, and everywhere else the migration would lose it; \
             nothing was written:\n{}",
            lines.join("\n")
        ),
        help: format!("say which: {}", ways.join("; or ")),
    })
}

/// A column of another type in the place of one that went.
fn of_the_same_number(object: &str, drift: &Drift) -> Option<Renaming> {
    let old: Id = object.parse().ok()?;
    let Some(Body::Column(gone)) = drift.expected.body(&old) else { return None };
    let mut columns =
        drift.live.parts(Kind::Column, &gone.table).filter_map(|(id, object)| match &object.body {
            Body::Column(column) if !drift.expected.has(id) => Some(column),
            _ => None,
        });
    let column = columns.find(|column| column.position == gone.position)?;
    Some(Renaming::named(old, column.name.clone()))
}

/// What the migration is, and who made the change.
fn heading(name: &str, drift: &Drift) -> String {
    let mut head = format!("-- {}\n", name.replace(['\n', '\r'], " "));
    head.push_str("-- Adopts what was changed in the database outside the migrations.\n");
    let mut transactions: Vec<&str> = vec![];
    for record in drift.records.iter().filter(|record| concerns(record, &drift.findings)) {
        // One line for each change, which may have touched many objects.
        if !transactions.contains(&record.transaction.as_str()) {
            transactions.push(&record.transaction);
            head.push_str(&format!("--   {}\n", record.told()));
        }
    }
    let lost: Vec<&str> = losses(&drift.adopt).map(|(lost, _)| lost).collect();
    if !lost.is_empty() {
        head.push_str("-- DATA IS LOST wherever this runs, as it was lost there:\n");
    }
    for lost in lost {
        head.push_str(&format!("--   {}\n", lost.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    head
}

fn concerns(record: &Recorded, findings: &[Finding]) -> bool {
    let told = record.told();
    findings.iter().any(|finding| finding.help.as_deref().is_some_and(|help| help.contains(&told)))
}

/// A plan as a part of a migration: its settings end with it.
fn script(plan: &Plan) -> String {
    let sql = plan.to_sql();
    match sql.strip_prefix("SET check_function_bodies") {
        Some(rest) => format!("SET LOCAL check_function_bodies{rest}"),
        None => sql,
    }
}

fn write(path: &std::path::Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|source| Error::Io {
        doing: "write",
        path: path.display().to_string(),
        source,
    })
}
