//! `history`: what the database recorded is put right without running a migration. Each change is written together with
//! its reason into the audit, under the lock.

pub mod fingerprints;

use std::time::Duration;

use pgkeel_core::event::Event;
use pgkeel_core::expected_objects::{self, Expected};
use pgkeel_core::history::{Entry, Outcome};
use pgkeel_core::migration::{Migration, Version};

use crate::apply::{RunOptions, down_script};
use crate::database::{ConnectOptions, Target};
use crate::error::Error;
use crate::lock::{self, Locked};
use crate::preflight;
use crate::snapshot;
use crate::store::Store;

/// What to change.
#[derive(Debug, Clone)]
pub enum Correction {
    /// Record these as applied without running them; all that are not recorded when empty.
    Stamp(Vec<Version>),
    /// Take these out of the history.
    Forget(Vec<Version>),
    /// Take the files' statements of these as those that ran.
    Accept(Vec<Version>),
    /// A migration that was applied under the first version has the second one now.
    Renumber(Version, Version),
}

/// Everything that a correction needs.
pub struct RecordJob<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// What the files say, in order.
    pub migrations: &'a [Migration],
    /// The history.
    pub store: &'a Store,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Which checks are passed over, what the database is called, and how a wait is ended.
    pub run: RunOptions,
    /// Why, for the audit.
    pub reason: &'a str,
    /// Stamp although objects are missing.
    pub force: bool,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

impl RecordJob<'_> {
    /// Makes the correction; returns the labels of the migrations concerned.
    ///
    /// # Errors
    /// A version is unknown, or the objects of a migration to be stamped are not there; nothing is changed then.
    pub async fn correct(&self, correction: &Correction) -> Result<Vec<String>, Error> {
        let locked =
            lock::acquire(self.target, &self.connect, self.store, self.lock_wait, &self.run, self.observe)
                .await?;
        let client = locked.session().client();
        let history = self.store.read(client).await?;
        let (labels, statements) = self.statements(correction, &history.entries, &locked).await?;
        if !history.exists {
            self.store.create(client).await?;
        }
        let whole = format!("BEGIN; {}; COMMIT", statements.join("; "));
        if !statements.is_empty()
            && let Err(source) = client.batch_execute(&whole).await
        {
            return Err(Error::History {
                namespace: self.store.namespace().to_owned(),
                doing: "write",
                source,
            });
        }
        // A claim that was not checked is not taken for what is expected from now on.
        if matches!(correction, Correction::Stamp(_)) && !statements.is_empty() && !self.force {
            snapshot::record(client, self.store).await?;
        }
        locked.release().await;
        Ok(labels)
    }

    async fn statements(
        &self,
        correction: &Correction,
        entries: &[Entry],
        locked: &Locked,
    ) -> Result<(Vec<String>, Vec<String>), Error> {
        let mut labels = Vec::new();
        let mut statements = Vec::new();
        let mut note = |action: &str, version: &Version, label: String, statement: String| {
            let detail = serde_json::json!({ "reason": self.reason });
            statements.push(statement);
            statements.push(self.store.audit(action, Some(version.as_str()), &detail));
            labels.push(label);
        };
        match correction {
            Correction::Stamp(versions) => {
                let stamped = self.to_stamp(versions, entries)?;
                self.check_objects(&stamped, locked).await?;
                for migration in stamped {
                    let down = down_script(migration);
                    let insert = self.store.insert(migration, Outcome::Stamped, down.as_deref());
                    note("stamp", &migration.version, migration.label(), insert);
                }
            }
            Correction::Forget(versions) => {
                for version in versions {
                    let entry = recorded(entries, version)?;
                    note("forget", version, label(entry), self.store.delete(&entry.version));
                }
            }
            Correction::Accept(versions) => {
                for version in versions {
                    let entry = recorded(entries, version)?;
                    let migration = self.file(version)?;
                    note("accept", version, migration.label(), self.store.accept(&entry.version, migration));
                }
            }
            Correction::Renumber(old, new) => {
                let entry = recorded(entries, old)?;
                let migration = self.file(new)?;
                note("renumber", new, migration.label(), self.store.renumber(&entry.version, migration));
            }
        }
        Ok((labels, statements))
    }

    fn to_stamp(&self, versions: &[Version], entries: &[Entry]) -> Result<Vec<&Migration>, Error> {
        let unrecorded = |migration: &&Migration| entries.iter().all(|e| e.version != migration.version);
        if versions.is_empty() {
            return Ok(self.migrations.iter().filter(unrecorded).collect());
        }
        let mut found = Vec::new();
        for version in versions {
            let migration = self.file(version)?;
            if !unrecorded(&migration) {
                return Err(refused(
                    format!("{} is in the history already", migration.label()),
                    "`pgkeel status` shows what is recorded",
                ));
            }
            found.push(migration);
        }
        Ok(found)
    }

    /// A stamp is a claim: it is only taken when the objects that it claims are there.
    async fn check_objects(&self, stamped: &[&Migration], locked: &Locked) -> Result<(), Error> {
        if self.force {
            return Ok(());
        }
        let expected = expected_objects::after(self.migrations);
        let claimed: Vec<&Expected> = expected
            .iter()
            .filter(|object| stamped.iter().any(|migration| migration.version == object.version))
            .collect();
        let missing = preflight::missing(locked.session().client(), &claimed).await?;
        if missing.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = missing
            .iter()
            .take(10)
            .map(|object| format!("  {} {} (migration {})", object.word, object.name, object.version))
            .collect();
        Err(refused(
            format!(
                "{} of the objects that these migrations make do not exist; nothing was recorded:\n{}",
                missing.len(),
                list.join("\n")
            ),
            "run the migrations whose objects are missing with `pgkeel migrate`, stamp only the others, or say --force",
        ))
    }

    fn file(&self, version: &Version) -> Result<&Migration, Error> {
        self.migrations.iter().find(|migration| migration.version == *version).ok_or_else(|| {
            unknown(format!("there is no migration {version} in the files"), "`pgkeel status` lists them")
        })
    }
}

fn recorded<'e>(entries: &'e [Entry], version: &Version) -> Result<&'e Entry, Error> {
    entries.iter().find(|entry| entry.version == *version).ok_or_else(|| {
        unknown(format!("{version} is not in the history"), "`pgkeel status` shows what is recorded")
    })
}

fn label(entry: &Entry) -> String {
    format!("{}_{}", entry.version, entry.name)
}

fn refused(message: String, help: &str) -> Error {
    Error::Refused { message, help: help.to_owned() }
}

fn unknown(message: String, help: &str) -> Error {
    Error::Usage { message, help: help.to_owned() }
}
