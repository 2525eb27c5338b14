//! A migration that cannot be one transaction: transactions where that is possible, single steps where it is not, each
//! noted in the journal, so that a run that dies in the middle is taken up where it ended.

use std::path::Path;

use pgkeel_core::event::Event;
use pgkeel_core::history::Outcome;
use pgkeel_core::migration::Migration;
use pgkeel_core::sql::batch::Batch;
use pgkeel_core::sql::effect::{self, What};
use pgkeel_core::sql::script::{Piece, Statement};

use super::transaction::file_name;
use super::{Executor, Failure, Script, down_script, runs_alone};
use crate::error::Error;
use crate::pieces::Pieces;

/// Statements that are run together, or one that is run alone.
pub(super) struct Unit {
    /// Number in the journal, from 1.
    pub(super) number: usize,
    /// The statements, each with its index in the migration.
    pub(super) statements: Vec<(usize, Statement)>,
    /// PostgreSQL refuses it inside a transaction block.
    pub(super) alone: bool,
}

impl Unit {
    /// What the journal holds of it: enough to see on resuming that it is still the same.
    pub(super) fn text(&self) -> String {
        self.statements.iter().map(|(_, statement)| statement.text.as_str()).collect::<Vec<_>>().join(";\n")
    }
}

impl Executor<'_> {
    /// Applies a migration in steps, or what an earlier run left of it.
    pub(super) async fn apply_in_steps(&self, migration: &Migration, folder: &Path) -> Result<(), Failure> {
        let units = units(migration, folder)?;
        let done = self.begin(migration, &units).await?;
        for unit in &units {
            if done.contains(&unit.number) {
                self.repeat_settings(migration, unit).await?;
                continue;
            }
            if unit.alone {
                self.run_alone(migration, unit, units.len()).await?;
            } else {
                self.run_together(migration, unit).await?;
            }
        }
        self.finish(migration).await
    }

    /// Notes that the migration begins; of one that had begun before, the units that are done.
    async fn begin(&self, migration: &Migration, units: &[Unit]) -> Result<Vec<usize>, Failure> {
        if let Some(done) = self.resume(migration, units).await? {
            return Ok(done);
        }
        let down = down_script(migration);
        let mut batch = Batch::default();
        batch.push_own("begin the transaction", "BEGIN");
        batch.push_own("check its lock", &format!("SELECT {}", self.store.guard(&migration.version)));
        batch
            .push_own("note the migration", &self.store.insert(migration, Outcome::Started, down.as_deref()));
        batch.push_own("commit", "COMMIT");
        self.send_all(&Script::up(migration), &batch).await?;
        Ok(Vec::new())
    }

    async fn finish(&self, migration: &Migration) -> Result<(), Failure> {
        let mut batch = Batch::default();
        batch.push_own("become itself again", "RESET SESSION AUTHORIZATION");
        batch.push_own("become itself again", "RESET ROLE");
        batch.push_own("record the migration", &self.store.set_outcome(&migration.version, Outcome::Applied));
        batch.push_own("record the migration", &self.audit_of(migration));
        Self::push_reset(&mut batch);
        self.send_all(&Script::up(migration), &batch).await
    }

    /// Statements that are fine in a transaction share one with the note that they are done.
    async fn run_together(&self, migration: &Migration, unit: &Unit) -> Result<(), Failure> {
        let mut attempt = 0;
        loop {
            let mut batch = Batch::default();
            batch.push_own("begin the transaction", "BEGIN ISOLATION LEVEL READ COMMITTED");
            batch.push_own(
                "check its lock and set timeouts",
                &self.settings(&Script::up(migration), &self.store.hold()),
            );
            for (index, statement) in &unit.statements {
                batch.push_user(*index, statement);
            }
            for sql in self.store.step_done(&migration.version, unit.number, &unit.text()) {
                batch.push_own("note the step", &sql);
            }
            batch.push_own("commit", "COMMIT");
            let Err(failure) = self.send_all(&Script::up(migration), &batch).await else { return Ok(()) };
            if matches!(failure, Failure::Disconnected(_)) {
                return Err(failure);
            }
            self.leave_transaction().await?;
            if !self.pause_before_retry(migration, &mut attempt, &failure).await {
                self.note_failure(migration, unit, &failure).await?;
                return Err(failure);
            }
        }
    }

    /// A statement alone: noted before it begins and after it ends, so that nothing is ever forgotten.
    async fn run_alone(&self, migration: &Migration, unit: &Unit, units: usize) -> Result<(), Failure> {
        let Some((index, statement)) = unit.statements.first() else { return Ok(()) };
        (self.observe)(Event::StepStarted {
            version: migration.version.clone(),
            step: unit.number,
            steps: units,
            sql: statement.text.lines().next().unwrap_or_default().to_owned(),
        });
        let what = effect::read(&statement.text).effects.into_iter().map(|effect| effect.what).next();
        let mut attempt = 0;
        loop {
            self.clear_the_way(what.as_ref()).await?;
            let before = self.invalid_indexes(what.as_ref()).await?;
            let mut note = Batch::default();
            note.push_own(
                "note the step",
                &self.store.begin_step(&migration.version, unit.number, &statement.text),
            );
            note.push_own("set timeouts", &self.lone_settings(migration, what.as_ref()));
            self.send_all(&Script::up(migration), &note).await?;
            let mut batch = Batch::default();
            batch.push_user(*index, statement);
            let Err(failure) = self.send_all(&Script::up(migration), &batch).await else { break };
            if matches!(failure, Failure::Disconnected(_)) {
                return Err(failure);
            }
            self.drop_new_invalid_indexes(what.as_ref(), &before).await?;
            if !self.pause_before_retry(migration, &mut attempt, &failure).await {
                self.note_failure(migration, unit, &failure).await?;
                return Err(failure);
            }
        }
        let mut note = Batch::default();
        note.push_own("note the step", &self.store.end_step(&migration.version, unit.number, None));
        self.send_all(&Script::up(migration), &note).await
    }

    /// Statements that wait patiently: an interrupted one leaves something behind, and waiting blocks nobody.
    fn lone_settings(&self, migration: &Migration, what: Option<&What>) -> String {
        let patient = matches!(
            what,
            Some(
                What::CreateIndex(_)
                    | What::Drop { concurrently: true, .. }
                    | What::Reindex { concurrently: true, .. }
                    | What::DetachPartition { .. }
                    | What::Vacuum { .. }
            )
        );
        let settings = self.settings(&Script::up(migration), "");
        // Not for this transaction alone: there is none.
        let settings = settings.replace(", true)", ", false)");
        if patient && migration.up.directives.lock_timeout_ms.is_none() {
            format!("{settings}, pg_catalog.set_config('lock_timeout', '0', false)")
        } else {
            settings
        }
    }

    /// `SET`s of steps that an earlier run did belong to this session, too.
    async fn repeat_settings(&self, migration: &Migration, unit: &Unit) -> Result<(), Failure> {
        let mut batch = Batch::default();
        for (index, statement) in &unit.statements {
            let sets = |what: &What| matches!(what, What::Set { .. });
            if effect::read(&statement.text).effects.iter().any(|effect| sets(&effect.what)) {
                batch.push_user(*index, statement);
            }
        }
        if batch.is_empty() { Ok(()) } else { self.send_all(&Script::up(migration), &batch).await }
    }

    async fn pause_before_retry(&self, migration: &Migration, attempt: &mut u32, failure: &Failure) -> bool {
        if !failure.is_transient() || *attempt >= self.options.retries {
            return false;
        }
        let pause = self.pause(*attempt);
        *attempt += 1;
        self.tell_retry(&Script::up(migration), *attempt, failure, pause);
        tokio::time::sleep(pause).await;
        true
    }

    async fn note_failure(
        &self,
        migration: &Migration,
        unit: &Unit,
        failure: &Failure,
    ) -> Result<(), Failure> {
        let Failure::Statement(error) = failure else { return Ok(()) };
        let mut batch = Batch::default();
        Self::push_reset(&mut batch);
        for sql in self.store.step_failed(&migration.version, unit.number, &unit.text(), &error.message) {
            batch.push_own("note the failure", &sql);
        }
        batch.push_own("note the failure", &self.store.set_outcome(&migration.version, Outcome::Failed));
        self.send_all(&Script::up(migration), &batch).await
    }

    async fn leave_transaction(&self) -> Result<(), Failure> {
        self.session.client().batch_execute("ROLLBACK").await.map_err(|source| {
            Failure::Disconnected(Error::Server { doing: "rolling back".to_owned(), source })
        })?;
        self.session.tap().take_notices();
        Ok(())
    }

    pub(super) async fn send_all(&self, script: &Script<'_>, batch: &Batch) -> Result<(), Failure> {
        self.send(script, batch).await.map_err(|refusal| refusal.explain(script, batch))
    }
}

/// Cuts a migration into units. With `transaction=off` every statement is its own.
fn units(migration: &Migration, folder: &Path) -> Result<Vec<Unit>, Error> {
    let mut pieces = Pieces::of(&migration.up, &folder.join(file_name(&migration.up.file)))?;
    let mut units: Vec<Unit> = Vec::new();
    let mut index = 0;
    while let Some(piece) = pieces.next()? {
        let statement = match piece {
            Piece::Statement(statement) => statement,
            Piece::CopyData(_) => {
                return Err(Error::Refused {
                    message: format!(
                        "{}: `COPY ... FROM stdin` cannot stand in a migration that runs outside a transaction",
                        migration.up.file
                    ),
                    help: "put the data into a migration of its own".to_owned(),
                });
            }
            Piece::Comment { .. } => continue,
        };
        let alone = runs_alone(&statement);
        let joins = !alone && !migration.up.directives.no_transaction;
        match units.last_mut() {
            Some(unit) if joins && !unit.alone => unit.statements.push((index, statement)),
            _ => units.push(Unit { number: units.len() + 1, statements: vec![(index, statement)], alone }),
        }
        index += 1;
    }
    Ok(units)
}
