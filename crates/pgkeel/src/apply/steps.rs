//! Work that cannot be one transaction, step by step. Each step is noted in the journal: in its own transaction
//! where it has one, before and after it where it has none; so a run that dies anywhere is taken up where it ended.

use pgkeel_core::event::Event;
use pgkeel_core::sql::batch::Batch;
use pgkeel_core::sql::effect::{Effect, Origin, What};
use pgkeel_core::sql::quick::Pace;
use pgkeel_core::sql::script::{Piece, Statement};

use super::cursor::Cursor;
use super::run::{Run, takes_locks};
use super::units::{Cutting, Unit, units};
use super::{Executor, Failure, Script, Work};
use crate::error::Error;
use crate::lock;
use crate::store::{SCRIPT_ENDS, SCRIPT_RUNS};

/// Remembers who the migration has become, and becomes who runs pgkeel. The embedded engine shows empty settings as long
/// as nobody has set them.
const BECOME_OURSELVES: [&str; 4] = [
    "SELECT pg_catalog.set_config('pgkeel.script', '', false)",
    "SELECT pg_catalog.set_config('pgkeel.authorization', \
     COALESCE(NULLIF(pg_catalog.current_setting('session_authorization'), ''), session_user), false), \
     pg_catalog.set_config('pgkeel.role', COALESCE(NULLIF(pg_catalog.current_setting('role'), ''), 'none'), false)",
    "RESET SESSION AUTHORIZATION",
    "RESET ROLE",
];

/// Becomes again who the migration had become.
const BECOME_THEM: &str = "SELECT pg_catalog.set_config('session_authorization', \
     pg_catalog.current_setting('pgkeel.authorization'), false), \
     pg_catalog.set_config('role', pg_catalog.current_setting('pgkeel.role'), false)";

impl Executor<'_> {
    /// Does work in steps, or what an earlier run left of it.
    pub(super) async fn run_in_steps(&self, work: &Work<'_>, cutting: &Cutting) -> Result<(), Failure> {
        let script = &work.script;
        let noted = self.journal(work).await?;
        let units = units(work, cutting, noted.as_deref().unwrap_or_default())?;
        let mut done = match &noted {
            Some(noted) => self.resume(work, &units, noted).await?,
            None => self.begin(work).await.map(|()| Vec::new())?,
        };
        self.settle_session(work).await?;
        let mut pieces = Cursor::of(script, work.folder)?;
        for unit in &units {
            if done.contains(&unit.number) {
                self.repeat_settings(script, unit, &mut pieces).await?;
                continue;
            }
            let run = match &unit.alone {
                Some(statement) => self.run_alone(work, unit, statement, units.len()).await,
                None => self.run_together(work, unit, &mut pieces).await,
            };
            match run {
                Ok(()) => done.push(unit.number),
                Err(Failure::Statement(mut error)) => {
                    let left = self.undo_half_way(work, &units, &done).await?;
                    self.note_failure(work, unit, &left, &mut error).await?;
                    if left.is_empty() && !done.is_empty() && error.outcome.is_empty() {
                        "What it had done before was undone, and nothing of it is left"
                            .clone_into(&mut error.outcome);
                    }
                    return Err(Failure::Statement(error));
                }
                Err(failure) => return Err(failure),
            }
        }
        self.finish(work).await
    }

    /// Notes that the work begins.
    async fn begin(&self, work: &Work<'_>) -> Result<(), Failure> {
        let mut batch = Batch::default();
        batch.push_own("begin the transaction", "BEGIN");
        let guard = self.suspicion.guard(self.store, work.script.part, work.ledger.guard.clone());
        batch.push_own("check its lock", &format!("SELECT {guard}"));
        for note in &work.ledger.begin {
            batch.push_own("note that it begins", note);
        }
        batch.push_own("commit", "COMMIT");
        self.send_all(&work.script, &batch).await
    }

    /// What the project sets holds for the session: there is no transaction that it could hold for.
    async fn settle_session(&self, work: &Work<'_>) -> Result<(), Failure> {
        let Some(settings) = self.project_settings(work.settings, false) else { return Ok(()) };
        let set = self.session.client().batch_execute(&settings).await;
        set.map_err(|source| {
            Failure::of(Error::Server { doing: "setting [migrations.settings]".to_owned(), source })
        })
    }

    async fn finish(&self, work: &Work<'_>) -> Result<(), Failure> {
        let mut batch = Batch::default();
        batch.push_own("become itself again", "RESET SESSION AUTHORIZATION");
        batch.push_own("become itself again", "RESET ROLE");
        batch.push_own("check its lock", &self.last_check(&work.script));
        for record in &work.ledger.end {
            batch.push_own("record what was done", record);
        }
        Self::push_reset(&mut batch);
        self.send_all(&work.script, &batch).await
    }

    /// Statements that are fine in a transaction share one with the note that they are done.
    async fn run_together(
        &self,
        work: &Work<'_>,
        unit: &Unit,
        pieces: &mut Cursor<'_>,
    ) -> Result<(), Failure> {
        let script = &work.script;
        let mut attempt = 0;
        loop {
            let Err(mut failure) = self.try_together(work, unit, pieces).await else {
                self.former.is_over();
                return Ok(());
            };
            if matches!(failure, Failure::Disconnected(_)) {
                return Err(failure);
            }
            self.leave_transaction().await?;
            if !self.pause_before_retry(script, &mut attempt, &mut failure).await {
                return Err(failure);
            }
        }
    }

    async fn try_together(
        &self,
        work: &Work<'_>,
        unit: &Unit,
        pieces: &mut Cursor<'_>,
    ) -> Result<(), Failure> {
        let script = &work.script;
        let mut ours = Batch::default();
        for sql in BECOME_OURSELVES {
            ours.push_own("become itself", sql);
        }
        ours.push_own("check its lock", &format!("SELECT {}", self.store.hold()));
        ours.push_own("become them again", BECOME_THEM);
        self.send_all(script, &ours).await?;
        let mut run = Run::new(self, script, *unit.statements.start());
        run.begin("NULL", work.settings);
        while let Some(piece) = pieces.next_of(unit)? {
            run.piece(&piece).await?;
        }
        run.end_copy().await?;
        for sql in BECOME_OURSELVES {
            run.own("become itself", sql);
        }
        run.own("note the step", &self.store.begin_step(&work.key, &unit.note()));
        run.own("note the step", &self.store.end_step(&work.key, unit.number, None));
        run.own("commit", "COMMIT");
        run.own("become them again", BECOME_THEM);
        run.end().await
    }

    /// A statement alone: noted before it begins and after it ends, so that nothing is ever forgotten.
    async fn run_alone(
        &self,
        work: &Work<'_>,
        unit: &Unit,
        statement: &Statement,
        units: usize,
    ) -> Result<(), Failure> {
        let script = &work.script;
        let shown = work.shown(*unit.statements.start(), &statement.text);
        (self.observe)(Event::StepStarted {
            label: script.label.clone(),
            step: unit.number,
            steps: units,
            sql: shown.lines().next().unwrap_or_default().to_owned(),
        });
        let reading = statement.reading();
        let what = reading.effects.first().map(|effect| &effect.what);
        let mut attempt = 0;
        loop {
            self.clear_the_way(what).await?;
            let mut note = unit.note();
            note.indexes = self.indexes(what).await?;
            let mut begin = Batch::default();
            for sql in BECOME_OURSELVES {
                begin.push_own("become itself", sql);
            }
            begin.push_own("check its lock", &format!("SELECT {}", self.store.hold()));
            begin.push_own("note the step", &self.store.begin_step(&work.key, &note));
            begin.push_own("become them again", BECOME_THEM);
            begin.push_own("set timeouts", &self.lone_settings(script, what));
            self.send_all(script, &begin).await?;
            let mut batch = Batch::of(&script.label);
            batch.push_user(*unit.statements.start(), statement, Pace::Long);
            let Err(mut failure) = self.send_all(script, &batch).await else { break };
            if matches!(failure, Failure::Disconnected(_)) {
                return Err(failure);
            }
            self.rows("ending a step", &format!("SELECT {SCRIPT_ENDS}")).await?;
            self.drop_residue(script, what, note.indexes.as_deref()).await?;
            if !self.pause_before_retry(script, &mut attempt, &mut failure).await {
                return Err(failure);
            }
        }
        self.former.is_over();
        if matches!(what, Some(What::Discard { all: true })) {
            self.take_lock_again(work).await?;
        }
        let mut end = Batch::default();
        for sql in BECOME_OURSELVES {
            end.push_own("become itself", sql);
        }
        end.push_own("note the step", &self.store.end_step(&work.key, unit.number, None));
        end.push_own("become them again", BECOME_THEM);
        self.send_all(script, &end).await
    }

    /// DISCARD ALL has released the lock. Whoever took it since may have changed the history, so only the next run can
    /// go on then.
    async fn take_lock_again(&self, work: &Work<'_>) -> Result<(), Failure> {
        let (class, key) = self.store.lock_key();
        if lock::try_lock(self.session.client(), class, key).await.map_err(Failure::of)? {
            return self.settle_session(work).await;
        }
        Err(Failure::Other(Error::Refused {
            message: format!(
                "DISCARD ALL in {} released the lock of pgkeel, and another run has it now",
                work.script.label
            ),
            help: "run the command again; take DISCARD ALL out of it: pgkeel resets the session itself"
                .to_owned(),
        }))
    }

    /// Statements that wait patiently: an interrupted one leaves something behind, and waiting blocks nobody.
    fn lone_settings(&self, script: &Script<'_>, what: Option<&What>) -> String {
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
        let settings = self.settings(&script.part.directives, "");
        // Not for this transaction alone: there is none.
        let settings = format!("{settings}, {SCRIPT_RUNS}").replace(", true)", ", false)");
        if patient && script.part.directives.lock_timeout_ms.is_none() {
            format!("{settings}, pg_catalog.set_config('lock_timeout', '0', false)")
        } else {
            settings
        }
    }

    /// `SET`s of steps that an earlier run did belong to this session, too.
    async fn repeat_settings(
        &self,
        script: &Script<'_>,
        unit: &Unit,
        pieces: &mut Cursor<'_>,
    ) -> Result<(), Failure> {
        let mut batch = Batch::default();
        while let Some(piece) = pieces.next_of(unit)? {
            let Piece::Statement(statement) = &*piece else { continue };
            let sets = |what: &What| {
                matches!(
                    what,
                    What::Set { local: false, .. } | What::SetRole { local: false } | What::Reset { .. }
                )
            };
            // What a DO block sets is one of several things it does.
            let itself = |effect: &Effect| effect.origin == Origin::Statement && sets(&effect.what);
            if statement.reading().effects.iter().any(itself) {
                batch.push_user(*unit.statements.start(), statement, Pace::Long);
            }
        }
        if batch.is_empty() { Ok(()) } else { self.send_all(script, &batch).await }
    }

    /// After a failure: either nothing of the work is left, and it was never begun; or the journal says what is.
    async fn note_failure(
        &self,
        work: &Work<'_>,
        unit: &Unit,
        done: &[usize],
        error: &mut crate::statement_error::StatementError,
    ) -> Result<(), Failure> {
        let mut batch = Batch::default();
        Self::push_reset(&mut batch);
        if takes_locks(&work.script) {
            batch.push_own("release the locks it left", &format!("SELECT {}", self.store.tidy()));
        }
        if done.is_empty() && unit.alone.as_ref().is_none_or(leaves_nothing) {
            for sql in &work.ledger.forget {
                batch.push_own("forget that it began", sql);
            }
        } else {
            batch.push_own("note the failure", &self.store.begin_step(&work.key, &unit.note()));
            let ended = self.store.end_step(&work.key, unit.number, Some(&error.message));
            batch.push_own("note the failure", &ended);
            for sql in &work.ledger.failed {
                batch.push_own("note the failure", sql);
            }
            error.outcome = match done {
                [] => "It left nothing but what the next `pgkeel migrate` takes up".to_owned(),
                steps => {
                    let stay = match steps.len() {
                        1 => "Its step 1 stays applied and does not".to_owned(),
                        count => format!("Its {count} steps before stay applied and do not"),
                    };
                    let number = unit.number;
                    format!(
                        "{stay} run again: mend what they left in the database by hand, or step {number} in the file; then \
                         `pgkeel migrate` goes on at step {number}, which failed"
                    )
                }
            };
        }
        self.send_all(&work.script, &batch).await
    }

    pub(super) async fn leave_transaction(&self) -> Result<(), Failure> {
        let rolled_back = self.session.client().batch_execute("ROLLBACK").await;
        rolled_back
            .map_err(|source| Failure::of(Error::Server { doing: "rolling back".to_owned(), source }))?;
        self.former.is_over();
        self.session.tap().take_notices();
        Ok(())
    }

    pub(super) async fn send_all(&self, script: &Script<'_>, batch: &Batch) -> Result<(), Failure> {
        self.send(script, batch).await.map_err(|refusal| refusal.explain(script, batch))
    }
}

/// Whether a statement that failed alone left nothing: what an index left is dropped by us.
fn leaves_nothing(statement: &Statement) -> bool {
    let reading = statement.reading();
    !reading.effects.iter().any(|effect| {
        matches!(
            effect.what,
            What::Drop { concurrently: true, .. }
                | What::DetachPartition { .. }
                | What::Call { .. }
                | What::Do { .. }
                | What::Vacuum { .. }
        )
    })
}
