//! Work that is sent before the server has answered to the work before it, so that the server never waits for us.
//!
//! Nothing can run out of order. When the work before fails inside its transaction, the server refuses whatever follows
//! in the failed transaction; when it fails elsewhere (its text cannot be parsed, COMMIT is refused), the guard misses its
//! entry in the history. Either way nothing of what was sent ahead is done, and it is sent again at its turn.

use std::pin::Pin;
use std::sync::atomic::AtomicUsize;

use pgkeel_core::migration::{Part, Version};
use pgkeel_core::sql::batch::{Batch, Purpose};

use super::answer::Answer;
use super::failure::Refusal;
use super::former::BEGINS;
use super::run::{FULL, Run};
use super::{Executor, Failure, Script, Work, needs_steps};

/// The guard of work that was sent ahead misses the work before it.
const TOO_EARLY: &str = "PKL04";
/// `in_failed_sql_transaction`.
const IN_FAILED_TRANSACTION: &str = "25P02";

/// A migration on its way to the server.
pub(crate) struct Ahead {
    batch: Batch,
    answer: Answer,
    /// The number of the answer, as the tap counts them.
    cycle: u64,
}

impl Ahead {
    /// Runs `before`, which uses the same session, while the answer to this is on its way.
    pub(crate) async fn beside<T>(&mut self, before: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            done = before => done,
            never = self.answer.keep() => match never {},
        }
    }
}

impl Executor<'_> {
    /// Sends work that is one short message and does not wait for the answer; `before` is what was sent just before and is
    /// not answered yet. None for work that has to wait for its turn.
    pub(crate) async fn send_ahead(
        &self,
        work: &Work<'_>,
        version: &Version,
        before: Option<(&Version, &Ahead)>,
    ) -> Option<Ahead> {
        if !is_one_message(work.script.part) || self.options.cancel.is_cancelled() {
            return None;
        }
        let cycle = if let Some((_, ahead)) = before {
            ahead.cycle + 1
        } else {
            self.session.tap().settled().await;
            self.session.tap().round_trips()
        };
        let guard = self.store.guard_behind(version, before.map(|(version, _)| version));
        let frame = self.frame(work, guard);
        let batch = Run::whole(self, &work.script, &frame);
        // Whatever is wrong with the connection is found when the work's turn comes.
        let answer = self.session.client().simple_query_raw(batch.text()).await.ok()?;
        let begins = batch.segments().iter().position(|segment| segment.purpose == Purpose::Own(BEGINS));
        Some(Ahead { batch, answer: Answer::new(answer, begins), cycle })
    }

    /// Waits for the answer to what was sent ahead. None when the server did nothing of it.
    pub(super) async fn answer_to(
        &self,
        script: &Script<'_>,
        mut ahead: Ahead,
    ) -> Option<Result<(), Failure>> {
        let (batch, cycle) = (&ahead.batch, ahead.cycle);
        let completed = AtomicUsize::new(0);
        let counted = self.count(script, batch, Pin::new(&mut ahead.answer), &completed, Some(cycle));
        let answered = self.attended_batch(script, batch, &completed, counted).await;
        self.tell_notices(script, batch, Some(cycle));
        let Err(error) = answered else { return Some(Ok(())) };
        let refusal = Refusal { error, completed: completed.into_inner() };
        if did_nothing(&refusal) {
            self.suspicion.raise();
            return None;
        }
        Some(self.whole_refused(script, batch, refusal).await)
    }
}

/// Whether everything that the part says goes to the server at once, and is short.
fn is_one_message(part: &Part) -> bool {
    let plain = |statement: &pgkeel_core::sql::script::Statement| {
        !statement.copies_in && !statement.backslash_escapes
    };
    part.pieces.is_some() && part.bytes < FULL / 4 && part.in_memory().all(plain) && !needs_steps(part)
}

fn did_nothing(refusal: &Refusal) -> bool {
    let code = refusal.error.code().map(tokio_postgres::error::SqlState::code);
    code == Some(TOO_EARLY) || code == Some(IN_FAILED_TRANSACTION) && refusal.completed == 0
}
