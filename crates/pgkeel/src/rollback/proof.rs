//! Proof before anything is touched: the migrations are replayed on a scratch database, the ones to be taken back are
//! taken back there, and each schema is compared with the one before its migration. Scripts that are missing are written
//! from the same two schemas.

use std::collections::BTreeSet;

use pgkeel_core::history::{Entry, Outcome};
use pgkeel_core::migration::Migration;
use pgkeel_core::object::Kind;
use pgkeel_core::plan::{self, Options};
use pgkeel_core::rollback::values::bring_back;
use pgkeel_core::schema::{Id, Schema};
use serde::Serialize;

use super::backwards::generated;
use super::down::Source;
use super::{Job, Planned};
use crate::error::Error;
use crate::introspect;
use crate::replay::{self, Replay};

/// What is known about a way back before it is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Proof {
    /// Applied and taken back on a scratch database, the schema is what it was before.
    Proven {
        /// The scratch database.
        on: String,
        /// What is another all the same, and no difference of the schema: the order of columns.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        except: Vec<String>,
    },
    /// It runs, and leaves differences.
    Different {
        /// The scratch database.
        on: String,
        /// What would still have to be done, as SQL.
        rest: Vec<String>,
    },
    /// It runs on a copy of the live schema; there was nothing to compare the result with.
    Runs {
        /// The scratch database.
        on: String,
        /// Why there was not.
        why: String,
    },
    /// It fails.
    Fails {
        /// The scratch database.
        on: String,
        /// The server's words, with the line of the script.
        message: String,
    },
    /// Nobody tried.
    Untried {
        /// Why.
        why: String,
    },
}

/// Why the migrations could not be replayed.
enum Stopped {
    /// For a reason that a copy of the live schema does not have.
    Replay(String),
    /// The scratch database failed.
    Scratch(String),
}

impl Job<'_> {
    /// Proves what is planned, and writes the scripts that are missing.
    ///
    /// # Errors
    /// A script is missing and cannot be written.
    pub(super) async fn examine(&self, entries: &[Entry], planned: &mut [Planned]) -> Result<(), Error> {
        if planned.iter().any(|planned| planned.entry.outcome == Outcome::Undoing) {
            untried(planned, "a rollback before it stopped in the middle, and only the rest of it runs");
            return Ok(());
        }
        let missing = planned.iter().any(|planned| planned.source == Source::Generated);
        if !self.prove && !missing {
            return Ok(());
        }
        let why = match self.by_replay(entries, planned).await {
            Ok(()) => return Ok(()),
            Err(Stopped::Scratch(why)) => {
                untried(planned, &why);
                why
            }
            Err(Stopped::Replay(why)) => {
                self.write_missing(entries, planned).await?;
                if planned.iter().all(|planned| !planned.unwritten)
                    && let Err(stopped) = self.on_a_copy(planned, &why).await
                {
                    let (Stopped::Replay(reason) | Stopped::Scratch(reason)) = stopped;
                    untried(planned, &format!("{why}; {reason}"));
                }
                why
            }
        };
        match planned.iter().find(|planned| planned.unwritten) {
            None => Ok(()),
            Some(planned) => Err(Error::Refused {
                message: format!(
                    "{} has no down script, neither in the history nor in its file, and none could be written: {why}",
                    planned.label
                ),
                help: format!(
                    "write one behind `-- pgkeel:down` in its file, or, when its objects are gone anyway, `pgkeel history \
                     forget {} --reason ...`",
                    planned.version
                ),
            }),
        }
    }

    async fn by_replay(&self, entries: &[Entry], planned: &mut [Planned]) -> Result<(), Stopped> {
        let mut files = Vec::new();
        for entry in replay::in_order(entries) {
            files.push((entry, replay::file_of(entry, self.migrations).map_err(Stopped::Replay)?));
        }
        let scratch = |error: replay::Error| Stopped::Scratch(error.to_string());
        let replay = Replay::start(self.workshop).await.map_err(scratch)?;
        let result = self.forth_and_back(&replay, &files, planned).await;
        replay.close().await;
        result
    }

    async fn forth_and_back(
        &self,
        replay: &Replay<'_>,
        files: &[(&Entry, &Migration)],
        planned: &mut [Planned],
    ) -> Result<(), Stopped> {
        let failed =
            |error: replay::Error| Stopped::Replay(format!("the replay on {} failed: {error}", replay.on()));
        let mut before: Vec<Option<Schema>> = planned.iter().map(|_| None).collect();
        for (entry, migration) in files {
            let Some(place) = planned.iter().position(|planned| planned.version == entry.version) else {
                replay.apply(migration, self.folder).await.map_err(failed)?;
                continue;
            };
            let (schema, places) = replay.placed().await.map_err(failed)?;
            replay.apply(migration, self.folder).await.map_err(failed)?;
            if let Some(planned) =
                planned.get_mut(place).filter(|planned| planned.source == Source::Generated)
            {
                let mut generated = generated(replay, &schema, &places).await.map_err(failed)?;
                bring_back(&mut generated, &migration.up);
                planned.write(&generated).map_err(|error| Stopped::Replay(error.to_string()))?;
            }
            if let Some(slot) = before.get_mut(place) {
                *slot = Some(schema);
            }
        }
        let mut present = replay.schema().await.map_err(failed)?;
        for (planned, before) in planned.iter_mut().zip(before) {
            let Some(before) = before else { continue };
            if let Err(error) = replay.run(&planned.part, self.folder).await {
                planned.proof = Proof::Fails { on: replay.on().to_owned(), message: error.to_string() };
                // What comes behind would start from a schema that never is.
                return Ok(());
            }
            let after = replay.schema().await.map_err(failed)?;
            planned.dropped = gone(&present, &after);
            let left = plan::statements(&after, &before, &Options::default());
            let rest: Vec<String> = left.steps.iter().map(|step| step.shown().to_owned()).collect();
            let on = replay.on().to_owned();
            planned.proof = if rest.is_empty() {
                Proof::Proven { on, except: left.notes }
            } else {
                Proof::Different { on, rest }
            };
            present = after;
        }
        Ok(())
    }

    /// Without the files: at least the scripts run on what is there.
    async fn on_a_copy(&self, planned: &mut [Planned], why: &str) -> Result<(), Stopped> {
        let stopped = |error: &dyn std::fmt::Display| Stopped::Scratch(error.to_string());
        let session = self.look().await.map_err(|error| stopped(&error))?;
        let live = introspect::introspect(session.client()).await;
        session.close().await;
        let live = live.map_err(|error| stopped(&error))?.without_namespace(self.store.namespace());
        self.workshop.prefer_version_of(&live);
        let replay = Replay::start(self.workshop).await.map_err(|error| stopped(&error))?;
        let result = self.run_on(&replay, &live, planned, why).await;
        replay.close().await;
        result.map_err(|error| stopped(&error))
    }

    async fn run_on(
        &self,
        replay: &Replay<'_>,
        live: &Schema,
        planned: &mut [Planned],
        why: &str,
    ) -> Result<(), replay::Error> {
        replay.make(live).await?;
        let mut present = replay.schema().await?;
        for planned in planned {
            let on = format!("a copy of the live schema on {}", replay.on());
            if let Err(error) = replay.run(&planned.part, self.folder).await {
                planned.proof = Proof::Fails { on, message: error.to_string() };
                return Ok(());
            }
            let after = replay.schema().await?;
            planned.dropped = gone(&present, &after);
            planned.proof = Proof::Runs { on, why: why.to_owned() };
            present = after;
        }
        Ok(())
    }
}

fn untried(planned: &mut [Planned], why: &str) {
    for planned in planned {
        planned.proof = Proof::Untried { why: why.to_owned() };
    }
}

/// Tables and columns that are in one schema and not in the other, columns of tables that go left out.
fn gone(from: &Schema, to: &Schema) -> BTreeSet<Id> {
    let holds = |id: &&Id| matches!(id.kind, Kind::Table | Kind::Column) && !to.has(id);
    let of_a_gone_table = |id: &&Id| {
        let table = Id { kind: Kind::Table, parts: id.parts.iter().take(2).cloned().collect() };
        id.kind == Kind::Column && !to.has(&table)
    };
    from.objects.keys().filter(holds).filter(|id| !of_a_gone_table(id)).cloned().collect()
}
