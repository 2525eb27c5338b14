//! The migrations of a run, one after the other. A small one is sent before the one before it is answered.

use std::time::Instant;

use pgkeel_core::config::Hooks;
use pgkeel_core::event::Event;
use pgkeel_core::migration::{Migration, Version};

use super::hooks::When;
use super::progress::{Progress, applied_words};
use super::{Job, Report};
use crate::apply::{Ahead, Executor, Failure, Work};
use crate::database::Session;
use crate::error::Error;
use crate::store::History;

/// A migration whose turn it is, or will be next.
struct Turn<'a> {
    migration: &'a Migration,
    work: Work<'a>,
    /// Whether an earlier run has begun it in steps.
    begun: bool,
    /// It is on its way to the server.
    ahead: Option<Ahead>,
    /// When it was, or might have been, sent.
    sent: Instant,
}

impl<'a> Job<'a> {
    /// Applies them all. After a failure those behind it are known, and a line of the audit tells what failed.
    pub(super) async fn take_turns(
        &self,
        executor: &Executor<'_>,
        history: &History,
        todo: &[&'a Migration],
        progress: &mut Progress,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let count = todo.len();
        let mut sent: Option<Turn<'_>> = None;
        for (index, migration) in todo.iter().enumerate() {
            let on_its_way = sent.as_ref().is_some_and(|turn| turn.ahead.is_some());
            if self.run.cancel.is_cancelled() && !on_its_way {
                return Err(Failure::Other(Error::Interrupted { outcome: applied_words(report) }));
            }
            let this = match sent.take() {
                Some(this) => this,
                None => self.send(executor, history, migration, None, progress).await,
            };
            let reads = index + 1 < count && self.reads_between(count, progress);
            if let (Some(ahead), Some(next), false) = (&this.ahead, todo.get(index + 1), reads) {
                let before = Some((&migration.version, ahead));
                sent = Some(self.send(executor, history, next, before, progress).await);
            }
            let apply = self.apply_one(executor, this, progress, report);
            let applied = match sent.as_mut().and_then(|next| next.ahead.as_mut()) {
                Some(next) => next.beside(apply).await,
                None => apply.await,
            };
            if let Err(failure) = &applied {
                progress.behind = todo.iter().skip(index + 1).map(|migration| migration.label()).collect();
                drop(sent.take());
                self.note_failure(executor.session, migration, failure).await;
            }
            applied?;
            if reads {
                self.record_between(executor, progress).await?;
            }
        }
        Ok(())
    }

    /// Sends a migration to the server, behind what was sent before, if nothing has to be done or decided in between.
    async fn send(
        &self,
        executor: &Executor<'_>,
        history: &History,
        migration: &'a Migration,
        before: Option<(&Version, &Ahead)>,
        progress: &mut Progress,
    ) -> Turn<'a> {
        let begun = history.entry(&migration.version).is_some();
        let work = Work::up(self.store, migration, self.folder);
        let mut ahead = None;
        if !begun && !self.embedded && self.run.hooks == Hooks::default() {
            ahead = executor.send_ahead(&work, &migration.version, before).await;
        }
        if ahead.is_some() {
            progress.in_flight.push((migration.version.clone(), Instant::now()));
        }
        Turn { migration, work, begun, ahead, sent: Instant::now() }
    }

    async fn apply_one(
        &self,
        executor: &Executor<'_>,
        turn: Turn<'_>,
        progress: &mut Progress,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let Turn { migration, work, begun: begun_before, ahead, sent } = turn;
        (self.observe)(Event::MigrationStarted {
            version: migration.version.clone(),
            label: migration.label(),
            statements: migration.up.statements,
        });
        self.hooks(executor, When::BeforeEach, Some(migration), progress, report).await?;
        // What was sent while the one before it ran began when that one ended.
        let begun = match ahead {
            Some(_) => progress.answered.map_or(sent, |answered| answered.max(sent)),
            None => Instant::now(),
        };
        if ahead.is_none() {
            progress.in_flight.push((migration.version.clone(), begun));
        }
        executor.run(&work, begun_before, ahead).await?;
        progress.in_flight.retain(|(version, _)| *version != migration.version);
        progress.owed = Some(migration.version.clone());
        self.applied(migration, begun, progress, report);
        self.pay(executor, progress, report).await
    }

    /// Leaves a line in the audit when the migration was rolled back as a whole: of one in steps the history tells more. The
    /// error is what counts, so one of noting it is none.
    async fn note_failure(&self, session: &Session, migration: &Migration, failure: &Failure) {
        let Failure::Statement(error) = failure else { return };
        if !error.outcome.is_empty() || self.run.cancel.is_cancelled() {
            return;
        }
        if let Err(error) = session.client().batch_execute(&self.store.record_failure(migration, error)).await
        {
            tracing::debug!(%error, "the failure is not in the audit");
        }
    }
}
