//! Work in one transaction together with what records it.

use std::path::Path;

use pgkeel_core::event::{Blocker, Event};
use pgkeel_core::sql::batch::{Batch, Purpose};

use super::ahead::Ahead;
use super::failure::Refusal;
use super::run::{COMMIT, Run, takes_locks};
use super::{Executor, Failure, Script, Watch, Work};
use crate::error::Error;
use crate::pieces::Pieces;
use crate::store::SCRIPT_ENDS;

impl Executor<'_> {
    /// Does work together with what records it, or waits for it when it was sent ahead.
    pub(super) async fn run_whole(&self, work: &Work<'_>, ahead: Option<Ahead>) -> Result<(), Failure> {
        let mut first = None;
        if let Some(ahead) = ahead {
            match self.answer_to(&work.script, ahead).await {
                Some(Ok(())) => {
                    self.former.is_over();
                    return Ok(());
                }
                Some(failed) => first = Some(failed),
                None => self.roll_back().await?,
            }
        }
        let frame = self.frame(work, work.ledger.guard.clone());
        self.run_again_and_again(&work.script, work.folder, &frame, first).await
    }

    /// What stands around work; `guard` is what it begins with.
    pub(super) fn frame(&self, work: &Work<'_>, guard: String) -> Frame {
        let guard = self.suspicion.guard(self.store, work.script.part, guard);
        Frame { guard, records: work.ledger.whole.clone(), settings: work.settings }
    }

    /// Runs a script in one transaction with what records it, trying again when a lock was not to be had.
    pub(crate) async fn run_in_transaction(
        &self,
        script: &Script<'_>,
        folder: &Path,
        frame: &Frame,
    ) -> Result<(), Failure> {
        self.run_again_and_again(script, folder, frame, None).await
    }

    /// The same, when it was tried once with the result `first`.
    async fn run_again_and_again(
        &self,
        script: &Script<'_>,
        folder: &Path,
        frame: &Frame,
        mut first: Option<Result<(), Failure>>,
    ) -> Result<(), Failure> {
        let mut attempt = 0;
        loop {
            let tried = match first.take() {
                Some(tried) => tried,
                None => self.try_transaction(script, folder, frame).await,
            };
            let Err(mut failure) = tried else {
                self.former.is_over();
                return Ok(());
            };
            if matches!(failure, Failure::Disconnected(_)) {
                return Err(failure);
            }
            self.roll_back_after(&failure).await?;
            if !self.pause_before_retry(script, &mut attempt, &mut failure).await {
                return Err(failure);
            }
        }
    }

    /// Whether a failed transaction is to be tried again; waits before it is.
    pub(crate) async fn pause_before_retry(
        &self,
        script: &Script<'_>,
        attempt: &mut u32,
        failure: &mut Failure,
    ) -> bool {
        let cancel = &self.options.cancel;
        let retries = script.part.directives.retries.unwrap_or(self.options.retries);
        if !failure.is_transient() || *attempt >= retries || cancel.is_cancelled() {
            let blockers = self.watch.map(Watch::take_blockers).unwrap_or_default();
            failure.name(&blockers, *attempt + 1);
            return false;
        }
        let pause = self.pause(*attempt, &script.part.directives);
        *attempt += 1;
        self.tell_retry(script, *attempt, failure, pause);
        cancel.sleep(pause).await;
        !cancel.is_cancelled()
    }

    async fn try_transaction(
        &self,
        script: &Script<'_>,
        folder: &Path,
        frame: &Frame,
    ) -> Result<(), Failure> {
        let mut pieces = Pieces::of(script.part, &folder.join(file_name(&script.part.file)))?;
        let mut run = Run::new(self, script, 0);
        run.begin(&frame.guard, frame.settings);
        while let Some(piece) = pieces.next()? {
            run.piece(&piece).await?;
        }
        run.commit(frame).await
    }

    /// What is asked behind a script's last statement: whether the history is there and the lock is still its own; and locks
    /// that it leaves are released.
    pub(super) fn last_check(&self, script: &Script<'_>) -> String {
        let (hold, intact) = (self.store.hold(), self.store.intact());
        let tidy = if takes_locks(script) { self.store.tidy() } else { "NULL".to_owned() };
        format!("SELECT {SCRIPT_ENDS}, {intact}, {tidy}, {hold}")
    }

    /// Runs a hook's statements in one transaction with their `record`.
    pub(crate) async fn run_hook(
        &self,
        script: &Script<'_>,
        folder: &Path,
        record: String,
    ) -> Result<(), Failure> {
        let guard = format!("{}, {}", self.store.tidy(), self.store.hold());
        let frame = Frame { guard, records: vec![record], settings: &[] };
        self.run_in_transaction(script, folder, &frame).await
    }

    /// Runs a script's statements in a transaction that somebody else begins and ends.
    pub(crate) async fn run_inside(&self, script: &Script<'_>, folder: &Path) -> Result<(), Failure> {
        let mut pieces = Pieces::of(script.part, &folder.join(file_name(&script.part.file)))?;
        let mut run = Run::new(self, script, 0);
        while let Some(piece) = pieces.next()? {
            run.piece(&piece).await?;
        }
        run.end().await
    }

    /// After a failure: out of the transaction, and nothing of it left in the session.
    pub(crate) async fn roll_back(&self) -> Result<(), Failure> {
        let mut batch = Batch::default();
        batch.push_own("roll back", "ROLLBACK");
        Self::push_reset(&mut batch);
        let rolled_back = self.session.client().batch_execute(batch.text()).await;
        rolled_back
            .map_err(|source| Failure::of(Error::Server { doing: "rolling back".to_owned(), source }))?;
        self.former.is_over();
        // Its warning that there was no transaction is of no interest to anyone.
        self.session.tap().take_notices();
        Ok(())
    }

    /// After this failure. Where the session has ended with it, it still is what there is to say, unless it is to be tried again.
    pub(crate) async fn roll_back_after(&self, failure: &Failure) -> Result<(), Failure> {
        match self.roll_back().await {
            Err(_) if matches!(failure, Failure::Statement(_)) && !failure.is_transient() => Ok(()),
            rolled_back => rolled_back,
        }
    }

    /// The last message of a transaction was refused. Where COMMIT had gone through, a wish to stop came too late: it is done.
    pub(super) async fn whole_refused(
        &self,
        script: &Script<'_>,
        batch: &Batch,
        refusal: Refusal,
    ) -> Result<(), Failure> {
        let commit = batch.segments().iter().position(|segment| segment.purpose == Purpose::Own(COMMIT));
        let failure = match commit {
            Some(commit) if refusal.completed > commit => refusal.explain(script, batch),
            _ => return Err(refusal.explain(script, batch)),
        };
        if matches!(failure, Failure::Disconnected(_)) {
            return Err(failure);
        }
        self.reset_session().await
    }

    fn tell_retry(&self, script: &Script<'_>, attempt: u32, failure: &Failure, pause: std::time::Duration) {
        let Failure::Statement(error) = failure else { return };
        (self.observe)(Event::Retrying {
            label: script.label.clone(),
            attempt,
            reason: format!("line {}: {}", error.position.line, error.message),
            blockers: self
                .watch
                .map(Watch::take_blockers)
                .unwrap_or_default()
                .iter()
                .map(Blocker::to_string)
                .collect(),
            pause_ms: u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
        });
    }
}

/// Names and values of server settings.
pub(crate) type Settings = &'static [(&'static str, &'static str)];

/// What stands around a script's statements in their transaction.
pub(crate) struct Frame {
    /// A call that fails when the session has lost the lock, or the script must not run.
    pub(crate) guard: String,
    /// Statements that record what was done.
    pub(crate) records: Vec<String>,
    /// Settings that hold in it, under what the project sets.
    pub(crate) settings: Settings,
}

/// The last part of a displayed path.
pub(super) fn file_name(shown: &str) -> &str {
    shown.rsplit(['/', '\\']).next().unwrap_or(shown)
}
